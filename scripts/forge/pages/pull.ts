// Page: one pull request, with everything about it and the forms to act on it. Reads only; the forms
// are handled in actions.ts.

import { Hono } from 'hono';
import { html } from 'hono/html';
import { newestRuns, newestStatuses, runsOf } from '../checks-of-commit.ts';
import { diffText } from '../history.ts';
import type { Pull } from '../model/pull.ts';
import { fullName } from '../model.ts';
import { trialOf } from '../pull-facts.ts';
import type { Repository } from '../repositories.ts';
import type { ForgeEnv } from '../traffic.ts';
import type { World } from '../world.ts';
import { actAs, judgeAs, lastChosen } from './act-as.ts';
import { diffBlock, type Html, layout, shortSha, stateBadge } from './layout.ts';
import { commitTable, trailOf } from './repository.ts';
import { words } from './words.ts';

const COMMITS_MAX = 50;

export function pullPages(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.get('/:owner/:name/pull/:number', async (c) => {
    const { owner, name, number } = c.req.param();
    const repository = world.repository(`${owner}/${name}`);
    const pull = world.pull(repository, Number(number));
    const as = actAs(world, repository, lastChosen(c));
    return c.html(await pullPage(world, repository, pull, as));
  });
  return app;
}

/** @param as whom its forms act as */
async function pullPage(world: World, repository: Repository, pull: Pull, as: Html): Promise<Html> {
  const { git } = repository;
  const { head, base } = pull;
  const shas = await git.commitsSince(head.sha, base.sha, COMMITS_MAX);
  const commits = await Promise.all(shas.map((sha) => git.commit(sha)));
  const known = commits.filter((commit) => commit !== null);
  const fork = (await git.mergeBase(base.sha, head.sha)) ?? base.sha;
  const body = html`<h1>${pull.title} <span class="dim">#${pull.number}</span></h1>
    ${factsTable(world, repository, pull)}
    ${words(pull.body)}
    ${checkRuns(repository, pull, as)}
    ${discussion(world, repository, pull, as)}
    ${forms(repository, pull, as)}
    <h2>Commits</h2>${commitTable(repository, known)}
    <h2>Changes</h2>${diffBlock(await diffText(git, fork, head.sha))}`;
  return layout(`#${pull.number} ${pull.title}`, trailOf(repository), body);
}

/** A form whose fields go to one verb of this pull request. */
function form(repository: Repository, pull: Pull, verb: string, fields: Html): Html {
  const action = `/${fullName(repository.record)}/pull/${pull.number}`;
  return html`<form method="post" action="${action}"><input type="hidden" name="verb" value="${verb}">
    ${fields}</form>`;
}

/** Whoever reads a page does not ask twice, so it waits. */
async function merges(world: World, repository: Repository, pull: Pull): Promise<string> {
  const trial = () => trialOf(world, repository, pull, 'looks');
  if (trial() === undefined) await world.trials.settled();
  return trial()?.kind ?? 'not known yet';
}

function factsTable(world: World, repository: Repository, pull: Pull): Html {
  const tip = repository.git.refs.get(`refs/heads/${pull.base.ref}`);
  return html`<table>
    <tr><th>State</th><td>${stateBadge(pull.state)}
      ${pull.state.kind === 'merged' ? html`as ${shortSha(pull.state.commit)} by ${pull.state.by}` : ''}
      ${pull.draft ? 'draft' : ''}</td></tr>
    <tr><th>Author</th><td>${pull.author}, ${pull.createdAt}</td></tr>
    <tr><th>Head</th><td>${pull.head.repo ?? 'deleted fork'}:${pull.head.ref} <code>${pull.head.sha}</code></td></tr>
    <tr><th>Base</th><td>${pull.base.ref} <code>${tip ?? pull.base.sha}</code></td></tr>
    ${pull.state.kind === 'open' ? html`<tr><th>Merge</th><td>${merges(world, repository, pull)}</td></tr>` : ''}
    <tr><th>Statuses</th><td>${newestStatuses(repository.record, pull.head.sha).map(
      ({
        state,
        context,
        description,
        targetUrl,
      }) => html`<div><strong class="${state}">${state}</strong>
        ${linked(context, targetUrl)} <span class="dim">${description ?? ''}</span></div>`,
    )}</td></tr></table>`;
}

/** What Apps reported, with the buttons that GitHub has beside it. */
function checkRuns(repository: Repository, pull: Pull, as: Html): Html {
  const runs = newestRuns(runsOf(repository.record, pull.head.sha));
  if (runs.length === 0) return html``;
  return html`<h2>Checks</h2>
    <table>${runs.map((run) => {
      const state = run.conclusion ?? run.status;
      const id = html`<input type="hidden" name="run" value="${run.id}">`;
      const rerun = html`${id}${as} <button>Re-run</button>`;
      const actions = run.actions.map(({ identifier, label, description }) => {
        const fields = html`${id}<input type="hidden" name="identifier" value="${identifier}">
          ${as} <button title="${description}">${label}</button>`;
        return form(repository, pull, 'action', fields);
      });
      return html`<tr><td><strong class="${state}">${state}</strong></td>
        <td>${linked(run.name, run.detailsUrl)} <span class="dim">${run.title ?? ''}</span></td>
        <td>${form(repository, pull, 'rerun', rerun)}${actions}</td></tr>`;
    })}</table>`;
}

/** Only http links are made into links: the address comes from whoever posted the status. */
const linked = (text: string, url: string | null): Html =>
  url !== null && /^https?:\/\//.test(url) ? html`<a href="${url}">${text}</a>` : html`${text}`;

function discussion(world: World, repository: Repository, pull: Pull, as: Html): Html {
  return html`<h2>Labels</h2>
    ${pull.labels.map((label) =>
      form(
        repository,
        pull,
        'unlabel',
        html`<span class="label">${label}</span><input type="hidden" name="label" value="${label}">
          ${as} <button>Remove</button>`,
      ),
    )}
    ${form(
      repository,
      pull,
      'label',
      html`<input type="text" name="label" placeholder="Label" required> ${as}
        <button>Add label</button>`,
    )}
    <h2>Reviews</h2>
    <table>${pull.reviews.map(
      ({ author, state, commit, body, submittedAt }) => html`<tr><td>${author}</td>
        <td>${state.toLowerCase().replace('_', ' ')}</td><td>${shortSha(commit)}</td>
        <td>${words(body)}</td><td class="dim">${submittedAt}</td></tr>`,
    )}</table>
    ${form(
      repository,
      pull,
      'review',
      html`<input type="text" name="body" placeholder="Remark">${judgeAs(world, repository, pull.author)}
        <button name="state" value="APPROVED">Approve</button>
        <button name="state" value="CHANGES_REQUESTED">Request changes</button>`,
    )}
    <h2>Comments</h2>
    ${pull.comments.map(
      ({ author, body, createdAt }) => html`<p class="by"><strong>${author}</strong>
        <span class="dim">${createdAt}</span></p>${words(body)}`,
    )}
    ${form(
      repository,
      pull,
      'comment',
      html`<textarea name="body" rows="3" required></textarea> ${as} <button>Comment</button>`,
    )}`;
}

function forms(repository: Repository, pull: Pull, as: Html): Html {
  const change = pull.state.kind === 'open' ? 'close' : 'reopen';
  return html`<h2>Change it</h2>
    ${form(
      repository,
      pull,
      'push',
      html`<input type="text" name="path" placeholder="File" required>
        <input type="text" name="message" placeholder="Commit message" required>
        <textarea name="content" rows="4" placeholder="Its whole new content"></textarea>
        ${as} <button>Push a commit to ${pull.head.ref}</button>`,
    )}
    ${form(
      repository,
      pull,
      'title',
      html`<input type="text" name="title" value="${pull.title}" required> ${as}
        <button>Change title</button>`,
    )}
    ${
      pull.state.kind === 'open'
        ? form(
            repository,
            pull,
            'draft',
            html`<input type="hidden" name="draft" value="${pull.draft ? 'no' : 'yes'}">
              ${as} <button>${pull.draft ? 'Ready for review' : 'Convert to draft'}</button>`,
          )
        : ''
    }
    ${
      pull.state.kind === 'merged'
        ? ''
        : form(
            repository,
            pull,
            change,
            html`${as} <button>${change === 'close' ? 'Close' : 'Reopen'} pull request</button>`,
          )
    }`;
}
