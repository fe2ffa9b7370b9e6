// The only way from a request to a branch's object: by the name of a branch that is configured, so that
// no request can make an object for any other (S1.3).
import type { WatchedBranch } from '../../durable-objects/watched-branch.ts';
import type { BranchName } from '../../schemas/ids.ts';
import type { BranchConfig } from '../core/config.ts';

export interface Branch {
  readonly config: BranchConfig;
  readonly stub: Pick<
    WatchedBranch,
    | 'mark'
    | 'poll'
    | 'command'
    | 'status'
    | 'pulls'
    | 'pullTable'
    | 'lineUp'
    | 'pullsAbout'
    | 'pull'
    | 'deployStatus'
    | 'retried'
    | 'events'
    | 'eventsOf'
    | 'isOpen'
    | 'landingQueue'
    | 'pullOfBatch'
    | 'authorized'
    | 'namespaces'
    | 'metrics'
    | 'jobsOf'
    | 'deployJobs'
    | 'eventLog'
    | 'finishedByDay'
  >;
  /** Takes a WebSocket, which hears of every change. */
  listen(request: Request): Promise<Response>;
}

export interface Branches {
  readonly configs: readonly BranchConfig[];
  all(): Branch[];
  /** By `owner/repo:branch`, `owner/repo/branch`, or the bare branch name, where the first that has it is meant. */
  find(name: string): Branch | null;
  ofRepo(owner: string, repo: string): Branch[];
  /** In the log of which what concerns a branch is noted that is not watched: its neighbour's, or else the first one's. */
  near(name: BranchName): Branch | null;
}

export function createBranches(
  configs: readonly BranchConfig[],
  namespace: DurableObjectNamespace<WatchedBranch>,
): Branches {
  const open = (config: BranchConfig): Branch => {
    const stub = namespace.getByName(config.name);
    return { config, stub, listen: (request) => stub.fetch(request) };
  };
  const find = (name: string): BranchConfig | undefined =>
    configs.find((config) => config.name === name) ??
    configs.find((config) => config.branch === name) ??
    configs.find(({ owner, repo, branch }) => `${owner}/${repo}/${branch}` === name);
  return {
    configs,
    all: () => configs.map(open),
    find: (name) => {
      const config = find(name);
      return config ? open(config) : null;
    },
    ofRepo: (owner, repo) =>
      configs.filter((config) => config.owner === owner && config.repo === repo).map(open),
    near: (name) => {
      const repo = name.slice(0, name.indexOf(':') + 1);
      const config = configs.find((config) => config.name.startsWith(repo)) ?? configs[0];
      return config ? open(config) : null;
    },
  };
}
