// One run of `npm start` from its options to an exit code: claims a folder, finds ports, starts the
// services, shows what happens. It returns when a run with an end is over or when Sluice has died.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { git } from '../demo/git.ts';
import type { Closing } from './closing.ts';
import type { Display } from './display.ts';
import { followEvents, type History } from './history.ts';
import { claimFreeHome, claimHome, emptyHome, releaseHome } from './home.ts';
import { nextSteps } from './next-steps.ts';
import type { Options } from './options.ts';
import { type CopyPlace, copySentences, missingCommit, type RepoCopy } from './repo-copy.ts';
import type { Report } from './report.ts';
import { DEMO_REPOSITORY, playDemo, startDemo, writeReport } from './run-demo.ts';
import { newsFilter, pullRows, sentenceOf, toneOf } from './show.ts';
import type { SluiceEvent } from './sluice-api.ts';
import { managers, portsFrom, type Stack, startStack } from './stack.ts';
import { alignColumns, reportProblems, reportTable } from './table.ts';

const HOME = join(import.meta.dirname, '..', '..', '.sluice');
/** Reasons change without an event, for example when a label is taken off. */
const REFRESH_EVERY_MS = 500;

/** @returns the exit code. @throws what stops the start, as a sentence. */
export function runSession(options: Options, display: Display, closing: Closing): Promise<number> {
  const { mode, ...place } = options;
  return mode.kind === 'demo'
    ? demoSession(mode.once, place, display, closing)
    : repoSession(mode, place, display, closing);
}

type PlaceOptions = Omit<Options, 'mode'>;

async function demoSession(
  once: boolean,
  { firstPort, as }: PlaceOptions,
  display: Display,
  closing: Closing,
): Promise<number> {
  const home = claimFreeHome(HOME);
  closing.add('folder', () => releaseHome(home));
  emptyHome(home);
  const showEvents = eventPrinter(display);
  const demo = await startDemo({
    home,
    ports: await portsFrom(firstPort),
    as,
    closing,
    onStep: (sentence) => display.event(sentence, 'quiet'),
    onEvents: (_, events) => showEvents(events),
  });
  const { stack, history } = demo;
  showAddresses(display, stack);
  refreshRows(stack, history, display, closing);

  const end = await Promise.race([playDemo(demo), stack.sluice.died]);
  if (typeof end === 'string') return sluiceDied(display, end);
  showReport(display, end, writeReport(home, end));
  if (once) return end.ok ? 0 : 1;
  showNextSteps(display, stack);
  return sluiceDied(display, await stack.sluice.died);
}

async function repoSession(
  { path, branch, deploys }: Extract<Options['mode'], { kind: 'repo' }>,
  { firstPort, as }: PlaceOptions,
  display: Display,
  closing: Closing,
): Promise<number> {
  const source = await findRepository(path, branch);
  const name = basename(source, '.git').replace(/[^\w.-]+/g, '-') || 'repository';
  // Two repositories may have the same name; each keeps its own state.
  const mark = createHash('sha256').update(`${source}\0${branch}`).digest('hex').slice(0, 8);
  const home = join(HOME, 'repos', `${name}-${mark}`);
  if (!claimHome(home)) throw new Error(`Another run is watching ${branch} of ${source} already.`);
  closing.add('folder', () => releaseHome(home));
  const stack = await startStack({
    home,
    ports: await portsFrom(firstPort),
    as,
    closing,
    repository: { owner: 'local', name, branch, deploys, mirrorOf: source },
    onStep: (sentence) => display.event(sentence, 'quiet'),
  });
  const since = Date.now();
  const showEvents = eventPrinter(display);
  const history = followEvents(stack.api, (events) =>
    // The kept state comes with the events of earlier runs.
    showEvents(events.filter((event) => Date.parse(event.at) >= since)),
  );
  closing.add('event feed', () => history.stop(new Error('the run was ended')));
  showAddresses(display, stack);
  await showCopy(display, stack, { source, branch, home });
  if (!(await hasFile(source, branch, 'build.yaml')))
    display.say(
      `${branch} has no build.yaml, so that nothing is tested or deployed: propose one first. docs/build-yaml.md begins with a small one.`,
      'strong',
    );
  if (deploys)
    display.say('Steps of scope deploy run on this machine; --no-deploy leaves them out.', 'quiet');
  showNextSteps(display, stack);
  refreshRows(stack, history, display, closing);
  return sluiceDied(display, await stack.sluice.died);
}

/** The repository's top folder. @throws when it is no repository, or has no such branch. */
async function findRepository(path: string, branch: string): Promise<string> {
  const folder = resolve(path);
  if (!existsSync(folder)) throw new Error(`--repo: there is no folder ${folder}.`);
  const top = await topFolder(folder).catch((error: Error) => {
    throw new Error(`--repo ${folder}: ${error.message}`);
  });
  try {
    await git(top, ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`]);
  } catch {
    // --quiet: git only exits 1, without words of its own.
    const others = await git(top, ['for-each-ref', '--format=%(refname:short)', 'refs/heads']);
    const known = others === '' ? 'it has none yet' : `it has ${others.split('\n').join(', ')}`;
    throw new Error(`--repo: ${top} has no branch '${branch}'; ${known}. --branch names one.`);
  }
  return top;
}

const hasFile = (repository: string, branch: string, path: string): Promise<boolean> =>
  git(repository, ['cat-file', '-e', `refs/heads/${branch}:${path}`]).then(
    () => true,
    () => false,
  );

async function topFolder(folder: string): Promise<string> {
  const isBare = (await git(folder, ['rev-parse', '--is-bare-repository'])) === 'true';
  return git(folder, ['rev-parse', isBare ? '--absolute-git-dir' : '--show-toplevel']);
}

function eventPrinter(display: Display): (events: readonly SluiceEvent[]) => void {
  const isNews = newsFilter();
  return (events) => {
    for (const event of events) {
      if (isNews(event)) display.event(sentenceOf(event), toneOf(event));
    }
  };
}

function refreshRows(stack: Stack, history: History, display: Display, closing: Closing): void {
  if (!display.live) return;
  const refresh = async (): Promise<void> => {
    const open = await stack.api.pulls().catch(() => null);
    // Sluice did not answer: it may be busy or gone. The next round or its death will tell.
    if (open !== null) display.rows(pullRows(history.events, open));
  };
  const timer = setInterval(refresh, REFRESH_EVERY_MS);
  closing.add('display', () => clearInterval(timer));
}

function showAddresses(display: Display, stack: Stack): void {
  const { sluice, forge, batch, kubernetes, site, repo, manageToken } = stack;
  const rows = [
    ['Sluice', sluice.url],
    ['forge', `${forge.url}/${repo}`],
    ['Batch', batch.url],
    ['Kubernetes', kubernetes.url],
    ...(repo === `${DEMO_REPOSITORY.owner}/${DEMO_REPOSITORY.name}`
      ? [['live site', site.url]]
      : []),
    ['sign in', `${sluice.url}/sign-in, as ${managers.join(', ')} to manage; anybody may read`],
    ['manage token', manageToken],
  ];
  display.say('');
  for (const line of alignColumns(rows)) display.say(`  ${line}`, 'strong');
  display.say('');
}

function showNextSteps(display: Display, stack: Stack): void {
  const { forge, sluice, repo, branch, manageToken } = stack;
  const place = { forgeUrl: forge.url, sluiceUrl: sluice.url, repo, branch, manageToken };
  for (const line of ['', ...nextSteps(place)]) display.say(line);
}

async function showCopy(display: Display, stack: Stack, place: CopyPlace): Promise<void> {
  const copy: RepoCopy = stack.isKept
    ? {
        kind: 'kept',
        missing: await missingCommit(place, `${stack.forge.url}/repos/${stack.repo}`),
      }
    : { kind: 'made' };
  for (const sentence of copySentences(copy, place))
    display.say(sentence, copy.kind === 'kept' ? 'strong' : 'quiet');
}

function showReport(display: Display, report: Report, file: string): void {
  display.rows([]);
  const [heading = '', ...lines] = reportTable(report);
  display.say('');
  display.say(heading, 'strong');
  for (const line of lines) display.say(line);
  for (const problem of reportProblems(report)) display.say(problem, 'bad');
  const seconds = (report.milliseconds / 1000).toFixed(1);
  const verdict = report.ok ? 'Every pull request met its fate' : 'Not as intended';
  display.say(`\n${verdict}, in ${seconds} s. Report: ${file}`, report.ok ? 'good' : 'bad');
}

function sluiceDied(display: Display, how: string): number {
  display.end();
  display.say(how, 'bad');
  return 1;
}
