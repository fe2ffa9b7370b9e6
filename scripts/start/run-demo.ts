// Runs the demo on its own services: makes the repository, starts everything, plays the story and
// judges it. The services stay up afterwards; whoever gave `closing` ends them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDemoRepository } from '../demo/repository.ts';
import { playStory, type Role } from '../demo/story.ts';
import type { Closing } from './closing.ts';
import { gatherEvidence } from './evidence.ts';
import { followEvents, type History } from './history.ts';
import { judge, type Report } from './report.ts';
import type { SluiceEvent } from './sluice-api.ts';
import { type Ports, type Stack, startStack } from './stack.ts';

export const DEMO_REPOSITORY = { owner: 'acme', name: 'bakery', branch: 'main' } as const;

export interface Demo {
  readonly stack: Stack;
  readonly history: History;
  /** performance.now() when its services began to be started. */
  readonly startedAt: number;
}

export interface DemoOptions {
  /** An empty or absent folder. */
  readonly home: string;
  readonly ports: Ports;
  readonly as: 'token' | 'app';
  readonly closing: Closing;
  readonly pollEverySeconds?: number;
  readonly onStep?: (sentence: string) => void;
  readonly onEvents?: (stack: Stack, events: readonly SluiceEvent[]) => void;
}

/** Everything is up, main is watched, no pull request is open yet. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { home, closing, pollEverySeconds, onStep, onEvents } = options;
  const startedAt = performance.now();
  const source = join(home, 'work', 'bakery');
  await makeDemoRepository(source, new Date());
  const stack = await startStack({
    home,
    ports: options.ports,
    as: options.as,
    closing,
    repository: { ...DEMO_REPOSITORY, deploys: true, mirrorOf: source },
    ...(onStep && { onStep }),
    ...(pollEverySeconds !== undefined && { pollEverySeconds }),
  });
  const history = followEvents(stack.api, (events) => onEvents?.(stack, events));
  closing.add('event feed', () => history.stop(new Error('the run was ended')));
  return { stack, history, startedAt };
}

/** Plays the six pull requests and judges them. A story that breaks off is a report that is not ok. */
export async function playDemo({ stack, history, startedAt }: Demo): Promise<Report> {
  const roles: Role[] = [];
  const folder = join(stack.home, 'work', 'clones');
  mkdirSync(folder, { recursive: true });
  const brokeOff = await playStory(
    {
      forgeUrl: stack.forge.url,
      repo: stack.repo,
      folder,
      manageToken: stack.manageToken,
      sluice: stack.api,
      history,
      async fork(login) {
        await stack.forge.fork({ from: stack.repo, owner: login });
        return `${login}/${DEMO_REPOSITORY.name}`;
      },
    },
    (role) => roles.push(role),
  ).then(
    () => null,
    // Shown and judged with everything that is known by now, instead of a bare stack trace.
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const milliseconds = Math.round(performance.now() - startedAt);
  const evidence = await gatherEvidence({
    stack,
    events: history.events,
    roles,
    brokeOff,
    milliseconds,
  });
  return judge(evidence);
}

export function writeReport(home: string, report: Report): string {
  const file = join(home, 'report.json');
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  return file;
}
