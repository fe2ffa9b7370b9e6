// The Worker in workerd with a deployable branch of so many open pull requests, each with a test that passed: it has read
// everything, and is told to look again and waited for.
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { BATCH_URL, GITHUB_URL, Outside } from '../sim/world/outside.ts';
import { ask } from './ask.ts';
import { BranchAtWork } from './branch-at-work.ts';
import { MANAGE_TOKEN, Workerd } from './workerd.ts';

const ATTEMPTS = 120;
const ATTEMPT_MS = 1_000;
/** Nothing was asked of anybody for so long: the pass is over. */
const QUIET_MS = 600;

const SETTINGS = {
  public_url: 'https://sluice.test',
  github: { api_url: GITHUB_URL, git_url: GITHUB_URL, web_url: GITHUB_URL },
  batch: { url: BATCH_URL, billing_project: 'test', user: 'ci' },
  developers: ['alice', 'bob'],
  storage_uri: 'gs://bench',
  docker_prefix: 'registry.test/bench',
  // Only when it is told to.
  poll_every_seconds: 86_400,
  branches: [{ branch: 'acme/bakery:main', deployable: true }],
  public_reading: true,
};

export class WorkerAtWork {
  readonly workerd: Workerd;
  readonly outside: Outside;

  private constructor(workerd: Workerd, outside: Outside) {
    this.workerd = workerd;
    this.outside = outside;
  }

  /** @param folder of a Worker that was built; its storage is empty */
  static async start(
    folder: string,
    branch = new BranchAtWork({}),
    isInspected = false,
  ): Promise<WorkerAtWork> {
    const outside = new Outside(branch.github, branch.batch);
    const workerd = await Workerd.start(folder, SETTINGS, outside, isInspected);
    return new WorkerAtWork(workerd, outside);
  }

  /** Begins the work when it has read the branch and is at rest, and ends with it. */
  static async with<T>(
    folder: string,
    open: number,
    work: (worker: WorkerAtWork) => Promise<T>,
    isInspected = false,
  ): Promise<T> {
    const branch = new BranchAtWork({ runningTestsMax: open, deployable: true });
    branch.openPulls(open);
    await branch.settle();
    branch.passBatches();
    await branch.settle();
    const worker = await WorkerAtWork.start(folder, branch, isInspected);
    try {
      await worker.#untilRead();
      for (let pass = 0; pass < 2; pass++) await worker.pass();
      return await work(worker);
    } finally {
      await worker.stop();
    }
  }

  get url(): URL {
    return this.workerd.url;
  }

  cpuMs(): number {
    return this.workerd.cpuMs();
  }

  view(path: string): Promise<void> {
    return ask(this.url, 'GET', path);
  }

  /** Looks at everything once. */
  async pass(): Promise<void> {
    await this.#update();
    await this.settled();
  }

  /** Until nothing is asked and nothing computed any more. */
  async settled(): Promise<void> {
    let seen = { asked: -1, cpu: -1, at: performance.now() };
    while (performance.now() - seen.at < QUIET_MS) {
      await sleep(QUIET_MS / 10);
      const now = { asked: this.outside.asked, cpu: this.cpuMs() };
      if (now.asked !== seen.asked || now.cpu !== seen.cpu)
        seen = { ...now, at: performance.now() };
    }
  }

  stop(): Promise<void> {
    return this.workerd.stop();
  }

  #update(): Promise<void> {
    const headers = { authorization: `Bearer ${MANAGE_TOKEN}` };
    return ask(this.url, 'POST', '/api/v1alpha/update', '{}', headers);
  }

  /** A machine with much else to do may take long over the first pass. */
  async #untilRead(): Promise<void> {
    await this.#update();
    for (let attempt = 1; ; attempt++) {
      try {
        await this.view('/acme/bakery/pull/1');
        return await this.pass();
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
        await sleep(ATTEMPT_MS);
      }
    }
  }
}
