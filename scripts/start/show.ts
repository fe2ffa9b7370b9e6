// Turns what Sluice says into what the display shows: which events, a tone for each of them, and one row
// for each pull request. It prints nothing; the display itself knows nothing of pull requests.
import type { Row, Tone } from './display.ts';
import type { PullStatus, SluiceEvent } from './sluice-api.ts';

const GOOD = /^(test\.passed|land\.landed|deploy\.succeeded|pull\.authorized)$/;
const BAD = /^(test\.failed|test\.unbuildable|deploy\.failed|land\.refused|branch\.frozen)$/;
/** Of interest to machines: each has a telling neighbour. */
const UNSHOWN = /^(check\.posted|land\.verified|command\.given)$/;
/** Said again of the same pull request whenever the branch has moved. */
const RENEWED = /^(pull\.candidate|test\.unbuildable)$/;
/** Kinds of reasons that hold up the whole branch. */
const SHARED: ReadonlySet<string> = new Set(['deploying', 'frozen', 'branch_not_mergeable']);

/**
 * Asked about each event in turn: is it news to a reader? What a move of the branch renews is none while
 * nothing else has happened to the pull request: a broken one is chosen and found broken each time.
 */
export function newsFilter(): (event: SluiceEvent) => boolean {
  /** By pull request: the last sentence of each kind since something else happened to it. */
  const said = new Map<number, Map<string, string>>();
  return ({ kind, pr, text }) => {
    if (UNSHOWN.test(kind)) return false;
    if (pr === null) return true;
    const before = RENEWED.test(kind) ? said.get(pr) : undefined;
    said.set(pr, new Map(before).set(kind, text));
    return before?.get(kind) !== text;
  };
}

export function toneOf({ kind }: SluiceEvent): Tone {
  if (GOOD.test(kind)) return 'good';
  return BAD.test(kind) ? 'bad' : 'plain';
}

/** What a line says of an event; the number goes first unless the sentence already has it. */
export function sentenceOf({ pr, text }: SluiceEvent): string {
  return pr === null || text.includes(`#${pr}`) ? text : `#${pr} ${text}`;
}

/**
 * One row for each pull request that was ever open, by number.
 * @param open the open ones as Sluice lists them now; the others are told from their last event.
 */
export function pullRows(events: readonly SluiceEvent[], open: readonly PullStatus[]): Row[] {
  const numbers = new Set(events.flatMap((event) => event.pr ?? []));
  for (const pull of open) numbers.add(pull.number);
  return [...numbers]
    .sort((a, b) => a - b)
    .map((number) => {
      const own = events.filter((event) => event.pr === number);
      return pullRow(
        number,
        own,
        open.find((pull) => pull.number === number),
      );
    });
}

function pullRow(
  number: number,
  events: readonly SluiceEvent[],
  open: PullStatus | undefined,
): Row {
  const label = `#${number}`;
  const landed = events.find((event) => event.kind === 'land.landed');
  const opened = events.find((event) => event.kind === 'pull.opened');
  const title = open?.title ?? textOf(opened?.data['title']);
  if (landed) {
    const sha = textOf(landed.data['landed_sha']).slice(0, 8);
    return { label, state: 'landed', title, note: `as ${sha}`, tone: 'good' };
  }
  if (!open) return { label, state: 'closed', title, note: '', tone: 'quiet' };
  const state = open.build_state ?? 'waiting';
  // A line has little room: what concerns every pull request alike gives way to its own reasons.
  const own = open.reasons.filter((reason) => !SHARED.has(reason.kind));
  const note = (own.length > 0 ? own : open.reasons).map((reason) => reason.text).join(' ');
  const tone = /failure|error/.test(state) ? 'bad' : 'plain';
  return { label, state, title, note, tone };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
