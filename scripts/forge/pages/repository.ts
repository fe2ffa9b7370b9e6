// Pages: all repositories, one repository with its branches and pull requests, the log of a branch,
// one commit.

import { Hono } from 'hono';
import { html } from 'hono/html';
import { combinedState, newestStatuses } from '../checks-of-commit.ts';
import { type Commit, shownMessage, signatureDate, splitMessage } from '../commit.ts';
import { diffText } from '../history.ts';
import type { Pull } from '../model/pull.ts';
import { fullName } from '../model.ts';
import { notFound } from '../refusal.ts';
import type { Repository } from '../repositories.ts';
import type { ForgeEnv } from '../traffic.ts';
import type { World } from '../world.ts';
import { actAs, lastChosen } from './act-as.ts';
import { diffBlock, type Html, layout, shortSha, stateBadge } from './layout.ts';

const LOG_MAX = 100;
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

export function repositoryPages(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.get('/', (c) => c.html(homePage(world)));
  app.get('/:owner/:name', (c) => {
    const { owner, name } = c.req.param();
    const repository = world.repository(`${owner}/${name}`);
    return c.html(repositoryPage(world, repository, actAs(world, repository, lastChosen(c))));
  });
  app.get('/:owner/:name/commits/:branch{.+}', async (c) => {
    const { owner, name, branch } = c.req.param();
    return c.html(await logPage(world.repository(`${owner}/${name}`), branch));
  });
  app.get('/:owner/:name/commit/:sha', async (c) => {
    const { owner, name, sha } = c.req.param();
    return c.html(await commitPage(world.repository(`${owner}/${name}`), sha));
  });
  return app;
}

export const trailOf = ({ record }: Repository): [string, string][] => [
  [fullName(record), `/${fullName(record)}`],
];

function homePage(world: World): Html {
  const rows = world.repositories.map(({ record }) => {
    const open = record.pulls.filter(({ state }) => state.kind === 'open').length;
    return html`<tr><td><a href="/${fullName(record)}">${fullName(record)}</a></td>
      <td>${record.parent === null ? '' : html`fork of ${record.parent}`}</td>
      <td>${open} open</td><td class="dim">pushed ${record.pushedAt}</td></tr>`;
  });
  const users = world.users.map(({ login, admin }) => `${login}${admin ? ' (admin)' : ''}`);
  const body = html`<h1>Repositories</h1><table>${rows}</table>
    <p class="dim">People: ${users.join(', ')}.
    What was <a href="/_forge/deliveries">delivered</a>, what was <a href="/_forge/requests">asked</a>.</p>`;
  return layout('Repositories', [], body);
}

/** @param as whom its form acts as */
function repositoryPage(world: World, repository: Repository, as: Html): Html {
  const { record, git } = repository;
  const branches = [...git.refs].filter(([name]) => name.startsWith('refs/heads/'));
  const pulls = record.pulls.toReversed();
  const open = pulls.filter(({ state }) => state.kind === 'open');
  const done = pulls.filter(({ state }) => state.kind !== 'open');
  const body = html`<h1>${fullName(record)}</h1>
    <p><code>git clone ${world.url}/${fullName(record)}.git</code></p>
    <h2>Open pull requests</h2>${pullTable(repository, open)}
    <h2>Merged and closed</h2>${pullTable(repository, done)}
    <h2>Branches</h2><table>${branches.map(([ref, sha]) => {
      const name = ref.slice('refs/heads/'.length);
      const url = `/${fullName(record)}/commits/${name}`;
      return html`<tr><td><a href="${url}">${name}</a></td><td>${shortSha(sha)}</td></tr>`;
    })}</table>
    <h2>New pull request</h2>
    <form method="post" action="/${fullName(record)}/new">
      <input type="text" name="message" placeholder="Title" required>
      <input type="text" name="path" placeholder="File, such as notes/idea.txt" required>
      <textarea name="content" rows="4" placeholder="Its content"></textarea>
      ${as} <button>Push to a new branch pr/…</button>
    </form>`;
  return layout(fullName(record), [], body);
}

function pullTable(repository: Repository, pulls: readonly Pull[]): Html {
  if (pulls.length === 0) return html`<p class="dim">None.</p>`;
  return html`<table>${pulls.map((pull) => {
    const statuses = newestStatuses(repository.record, pull.head.sha);
    const state = statuses.length === 0 ? '' : combinedState(statuses);
    return html`<tr><td>#${pull.number}</td>
      <td><a href="/${fullName(repository.record)}/pull/${pull.number}">${pull.title}</a>
      ${pull.labels.map((label) => html` <span class="label">${label}</span>`)}</td>
      <td>${pull.author}</td><td>${stateBadge(pull.state)}</td>
      <td class="${state}">${state}</td><td>${shortSha(pull.head.sha)}</td></tr>`;
  })}</table>`;
}

/** Rows of commits, newest first. */
export function commitTable({ record }: Repository, commits: readonly Commit[]): Html {
  return html`<table>${commits.map(
    (commit) => html`<tr>
      <td><a href="/${fullName(record)}/commit/${commit.sha}">${shortSha(commit.sha)}</a></td>
      <td>${splitMessage(commit.message).title}</td><td>${commit.author.name}</td>
      <td class="dim">${signatureDate(commit.committer)}</td></tr>`,
  )}</table>`;
}

async function logPage(repository: Repository, branch: string): Promise<Html> {
  const tip = await repository.git.commit(branch);
  if (tip === null) throw notFound();
  const shas = await repository.git.commitsSince(tip.sha, null, LOG_MAX);
  const commits = await Promise.all(shas.map((sha) => repository.git.commit(sha)));
  const known = commits.filter((commit) => commit !== null);
  const body = html`<h1>${branch}</h1>${commitTable(repository, known)}`;
  return layout(branch, trailOf(repository), body);
}

async function commitPage(repository: Repository, sha: string): Promise<Html> {
  const commit = await repository.git.commit(sha);
  if (commit === null) throw notFound();
  const diff = await diffText(repository.git, commit.parents[0] ?? EMPTY_TREE, commit.sha);
  const body = html`<h1>${splitMessage(commit.message).title}</h1>
    <p><code>${commit.sha}</code></p>
    <p class="dim">${commit.author.name}, ${signatureDate(commit.author)}; parents
    ${commit.parents.map((parent) => html` ${shortSha(parent)}`)}; tree ${shortSha(commit.tree)}</p>
    <pre>${shownMessage(commit)}</pre>${diffBlock(diff)}`;
  return layout(commit.sha.slice(0, 10), trailOf(repository), body);
}
