// What must be true of the forge's git and of Batch's records after a story, whatever was killed. Pure.

export interface Commit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly subject: string;
}

export interface BatchSeen {
  readonly id: number;
  readonly state: string;
  readonly complete: boolean;
  readonly n_jobs: number;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface PullSeen {
  readonly number: number;
  readonly isOpen: boolean;
  /** Approved, not held by a label, its file is sound and nobody else's. */
  readonly mustLand: boolean;
}

/** A test that has failed, as Sluice says, although nothing is wrong with the pull request. */
export interface Blamed {
  readonly number: number;
  readonly batch: number;
}

export interface Evidence {
  /** Newest first, by first parents, down to the commit that the run began with. */
  readonly main: readonly Commit[];
  readonly batches: readonly BatchSeen[];
  readonly pulls: readonly PullSeen[];
  /** By number: the kinds of the reasons why it has not landed, as Sluice tells them. */
  readonly reasons: ReadonlyMap<number, readonly string[]>;
  /** Those that were asked for again. */
  readonly blamed: readonly Blamed[];
  /** Refs of the forge that Sluice made for itself. */
  readonly ownRefs: readonly string[];
  /** Messages of the commits that people pushed to main themselves. */
  readonly direct: ReadonlySet<string>;
  /** Passes that broke off by an exception of ours. */
  readonly crashes: readonly string[];
}

/** @returns a sentence for each thing that is not as it must be */
export function violations(evidence: Evidence): string[] {
  return [
    ...untested(evidence),
    ...landedTwice(evidence),
    ...testedTwice(evidence),
    ...deploys(evidence),
    ...wronglyBlamed(evidence),
    ...leftWaiting(evidence),
    ...leftOver(evidence),
    ...evidence.crashes.map((text) => `a pass crashed: ${text}`),
  ];
}

/** Every commit of main is a person's own push, or the commit that a whole and green batch tested on its parent. */
function untested({ main, batches, direct }: Evidence): string[] {
  return main.slice(0, -1).flatMap(({ sha, parents, subject }) => {
    if (direct.has(subject)) return [];
    const proof = batches.find(
      ({ attributes, state, complete, n_jobs }) =>
        attributes['test'] === '1' &&
        attributes['tested_sha'] === sha &&
        attributes['target_sha'] === parents[0] &&
        complete &&
        state === 'success' &&
        n_jobs > 0 &&
        String(n_jobs) === attributes['jobs'],
    );
    return proof && parents.length === 1 ? [] : [`${sha} (${subject}) is on main untested`];
  });
}

const numberIn = (subject: string): string | undefined => /\(#(\d+)\)$/.exec(subject)?.[1];

function landedTwice({ main }: Evidence): string[] {
  const landed = main.flatMap(({ subject }) => numberIn(subject) ?? []);
  return repeated(landed).map((number) => `#${number} has landed twice`);
}

function testedTwice({ batches }: Evidence): string[] {
  const tests = batches.filter(({ attributes }) => attributes['test'] === '1');
  const identities = tests.map(({ attributes: { pr, source_sha, target_sha, attempt } }) =>
    [`#${pr}`, source_sha, target_sha, `attempt ${attempt}`].join(' '),
  );
  return repeated(identities).map((identity) => `two test batches of ${identity}`);
}

/** Batch says so, too: its jobs did fail, since what they needed was dead. */
function wronglyBlamed({ blamed, batches }: Evidence): string[] {
  return blamed.flatMap(({ number, batch }) => {
    const test = batches.find(({ id }) => id === batch);
    const isOurs = test?.attributes['test'] === '1' && test.attributes['pr'] === String(number);
    const hasFailed = isOurs && test.complete && test.state === 'failure';
    return hasFailed ? [] : [`#${number} is said to have failed in batch ${batch}`];
  });
}

function deploys({ main, batches }: Evidence): string[] {
  const made = batches.filter(({ attributes }) => attributes['deploy'] === '1');
  const twice = repeated(made.map(({ attributes: { sha } }) => sha ?? ''));
  const [newest] = main;
  const isDeployed = made.some(
    ({ attributes, complete }) => attributes['sha'] === newest?.sha && complete,
  );
  return [
    ...twice.map((sha) => `${sha} was deployed twice`),
    ...(isDeployed ? [] : [`${newest?.sha}, the newest of main, was not deployed`]),
  ];
}

function leftWaiting({ main, pulls, reasons }: Evidence): string[] {
  const landed = new Set(main.map(({ subject }) => numberIn(subject)));
  return pulls.flatMap(({ number, isOpen, mustLand }) => {
    if (isOpen && landed.has(String(number))) return [`#${number} has landed and is open`];
    if (!isOpen)
      return mustLand && !landed.has(String(number))
        ? [`#${number} is closed and not on main`]
        : [];
    const why = reasons.get(number) ?? [];
    if (mustLand) return [`#${number} has not landed: ${why.join(', ') || 'without a reason'}`];
    return why.length > 0 ? [] : [`#${number} is open without a reason`];
  });
}

function leftOver({ ownRefs, pulls, batches }: Evidence): string[] {
  const open = pulls.filter(({ isOpen }) => isOpen);
  const kept = new Set(open.map(({ number }) => `refs/sluice/main/${number}`));
  const refs = ownRefs.filter((ref) => !kept.has(ref));
  const running = batches.filter(({ complete }) => !complete);
  return [
    ...refs.map((ref) => `${ref} is left over`),
    ...running.map(({ id }) => `batch ${id} still runs`),
  ];
}

const repeated = (things: readonly string[]): string[] => [
  ...new Set(things.filter((thing, index) => things.indexOf(thing) !== index)),
];
