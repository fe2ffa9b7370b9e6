// What the nearest commits tell of a history, so that most questions about it cost no git process.
// Whatever is farther away or not so simple is answered with null, and git is asked.

/** The parents of a commit; null when there is no such commit. */
export type ParentsOf = (sha: string) => Promise<readonly string[] | null>;

/** Answers a question about two commits. */
export type NearAnswer<Answer> = (
  parentsOf: ParentsOf,
  a: string,
  b: string,
) => Promise<Answer | null>;

export interface Line {
  /** Newest first. */
  readonly commits: readonly string[];
  /** The commit that the line grew from. */
  readonly from: string;
}

const NEAR_MAX = 64;

/** Whether `ancestor` is reachable from `descendant`. */
export async function follows(
  parentsOf: ParentsOf,
  descendant: string,
  ancestor: string,
): Promise<boolean | null> {
  const { commits, isAll } = await nearPast(parentsOf, descendant);
  if (commits.has(ancestor)) return true;
  return isAll ? false : null;
}

/** What is reachable from `tip` and not from `known`, where that is a line without merges, as most branches are. */
export async function lineSince(
  parentsOf: ParentsOf,
  tip: string,
  known: string,
): Promise<Line | null> {
  const past = await nearPast(parentsOf, known);
  const commits: string[] = [];
  let from = tip;
  while (!past.commits.has(from)) {
    const [parent, ...others] = (await parentsOf(from)) ?? [];
    if (parent === undefined || others.length > 0 || commits.length === NEAR_MAX) return null;
    commits.push(from);
    from = parent;
  }
  // What follows `known` itself is new; what follows one before it may be older than `known` by a longer way.
  return past.isAll || from === known ? { commits, from } : null;
}

/** A commit and its nearest ancestors, and whether these are all that it has. */
async function nearPast(
  parentsOf: ParentsOf,
  sha: string,
): Promise<{ commits: ReadonlySet<string>; isAll: boolean }> {
  const commits = new Set([sha]);
  // A set is walked in the order in which it grows: generation by generation.
  for (const each of commits) {
    const parents = commits.size > NEAR_MAX ? null : await parentsOf(each);
    if (parents === null) return { commits, isAll: false };
    for (const parent of parents) commits.add(parent);
  }
  return { commits, isAll: true };
}
