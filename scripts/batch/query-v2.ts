/**
 * The second query language of Batch's lists: one statement a line, either a word (looked for among
 * the attributes) or `left operator right`. Parsed whole before use, as the first.
 */
import { exitCode, instanceOf } from './present-attempt.ts';
import { batchStates, jobStates, type Predicate } from './query-v1.ts';
import type { BatchRecord, JobRecord } from './record.ts';
import { Refusal } from './refusal.ts';
import { placementOf } from './resources.ts';

/**
 * What a statement can be about. A number field that has no value yet fails every comparison; of
 * several values, one must match.
 */
type Field<T> =
  | { kind: 'number'; parse: (text: string) => number; of: (candidate: T) => (number | null)[] }
  | { kind: 'name'; of: (candidate: T) => string }
  | { kind: 'text'; of: (candidate: T) => readonly string[] }
  | { kind: 'state'; words: Readonly<Record<string, Predicate<T>>> };

interface Language<T> {
  readonly fields: Readonly<Record<string, Field<T>>>;
  readonly attributes: (candidate: T) => Readonly<Record<string, string>>;
  /** Where a lone word is looked for, besides the attributes. */
  readonly words: (candidate: T) => readonly string[];
}

const instancesOf = (job: JobRecord): string[] => job.attempts.map(() => instanceOf(job));

const batchLanguage: Language<BatchRecord> = {
  attributes: (batch) => batch.spec.attributes ?? {},
  words: () => [],
  fields: {
    batch_id: { kind: 'number', parse: parseInteger, of: (batch) => [batch.id] },
    user: { kind: 'name', of: (batch) => batch.user },
    billing_project: { kind: 'name', of: (batch) => batch.spec.billing_project },
    state: { kind: 'state', words: batchStates },
    start_time: { kind: 'number', parse: parseDate, of: (batch) => [batch.createdMs] },
    end_time: { kind: 'number', parse: parseDate, of: (batch) => [batch.root.completedMs] },
    duration: {
      kind: 'number',
      parse: parseSeconds,
      of: (batch) => [batch.root.completedMs && batch.root.completedMs - batch.createdMs],
    },
    cost: { kind: 'number', parse: parseCost, of: () => [0] },
  },
};

const jobStateWords = Object.fromEntries(
  Object.entries(jobStates).map(([word, states]) => [
    word,
    (job: JobRecord) => states.includes(job.state),
  ]),
);

const jobLanguage: Language<JobRecord> = {
  attributes: (job) => job.spec.attributes ?? {},
  words: instancesOf,
  fields: {
    job_id: { kind: 'number', parse: parseInteger, of: (job) => [job.id] },
    exit_code: {
      kind: 'number',
      parse: (text) => (text === 'NULL' ? Number.NaN : parseInteger(text)),
      of: (job) => job.attempts.slice(-1).map(exitCode),
    },
    state: { kind: 'state', words: jobStateWords },
    instance: { kind: 'text', of: instancesOf },
    instance_collection: { kind: 'text', of: (job) => [placementOf(job.spec, '').pool] },
    start_time: {
      kind: 'number',
      parse: parseDate,
      of: (job) => job.attempts.map(({ startMs }) => startMs),
    },
    end_time: {
      kind: 'number',
      parse: parseDate,
      of: (job) => job.attempts.map(({ endMs }) => endMs),
    },
    duration: {
      kind: 'number',
      parse: parseSeconds,
      of: (job) => job.attempts.map(({ startMs, endMs }) => endMs && endMs - startMs),
    },
    cost: { kind: 'number', parse: parseCost, of: () => [0] },
  },
};

/** @throws {Refusal} 400 saying which statement could not be understood. */
export function parseBatchQueryV2(q: string): Predicate<BatchRecord> {
  return parseQuery(q, batchLanguage);
}

/** @throws {Refusal} 400 saying which statement could not be understood. */
export function parseJobQueryV2(q: string): Predicate<JobRecord> {
  return parseQuery(q, jobLanguage);
}

function parseQuery<T>(q: string, language: Language<T>): Predicate<T> {
  if (q.trim() === '') return () => true;
  const predicates = q
    .trim()
    .split('\n')
    .map((line) => {
      const statement = padOperator(line);
      const [left, operator, right, ...more] = statement.trim().split(/\s+/);
      if (left && operator === undefined) return wordTerm(left, language);
      if (!left || !operator || right === undefined || more.length > 0) {
        throw new Refusal(400, `could not parse term "${statement}"`);
      }
      const field = Object.hasOwn(language.fields, left) ? language.fields[left] : undefined;
      return field
        ? fieldTerm(field, operator, right)
        : attributeTerm(language, left, operator, right);
    });
  return (candidate) => predicates.every((holds) => holds(candidate));
}

/** In the order in which they are looked for: the longer before those they contain. */
const operators = ['>=', '<=', '>', '<', '!~', '=~', '!=', '==', '='];
const comparisons = ['>=', '>', '<', '<=', '==', '=', '!='];
const equalities = ['=', '!='];
const matches = ['=', '!=', '!~', '=~'];

function padOperator(line: string): string {
  const operator = operators.find((symbol) => line.includes(symbol));
  return operator === undefined ? line : line.split(operator).join(` ${operator} `);
}

function expectOperator(operator: string, allowed: readonly string[]): void {
  if (!operators.includes(operator)) throw new Refusal(400, `unknown operator ${operator}`);
  // Batch takes == for = without naming it in what it expects.
  if (allowed.includes(operator === '==' ? '=' : operator)) return;
  const choice = allowed.map((symbol) => `'${symbol}'`).join(', ');
  throw new Refusal(400, `unexpected operator "${operator}" expected one of {${choice}}`);
}

function wordTerm<T>(word: string, language: Language<T>): Predicate<T> {
  const among = (test: Predicate<string>) => (candidate: T) =>
    [...Object.entries(language.attributes(candidate)).flat(), ...language.words(candidate)].some(
      test,
    );
  if (!word.startsWith('"')) {
    if (word.endsWith('"')) {
      throw new Refusal(400, `expected the last character of the string to not be '"'`);
    }
    return among(like(word));
  }
  if (word.length < 3) {
    throw new Refusal(400, `expected a string of minimum length 3. Found ${word}`);
  }
  if (!word.endsWith('"')) {
    throw new Refusal(400, `expected the last character of the string to be '"'`);
  }
  return among((text) => text === word.slice(1, -1));
}

function fieldTerm<T>(field: Field<T>, operator: string, right: string): Predicate<T> {
  switch (field.kind) {
    case 'number': {
      expectOperator(operator, comparisons);
      const value = field.parse(right);
      return (candidate) => field.of(candidate).some((own) => compare(own, operator, value));
    }
    case 'name':
      expectOperator(operator, equalities);
      return (candidate) => matchText(field.of(candidate), operator, right);
    case 'text':
      expectOperator(operator, matches);
      return (candidate) => field.of(candidate).some((own) => matchText(own, operator, right));
    case 'state': {
      expectOperator(operator, equalities);
      const holds = Object.hasOwn(field.words, right) ? field.words[right] : undefined;
      if (!holds) throw new Refusal(400, `unknown state "${right}"`);
      return operator === '!=' ? (candidate) => !holds(candidate) : holds;
    }
    default:
      throw new Error(`unknown field ${JSON.stringify(field satisfies never)}`);
  }
}

/** A negated one needs the key too: who lacks it does not match. */
function attributeTerm<T>(language: Language<T>, key: string, operator: string, right: string) {
  expectOperator(operator, matches);
  return (candidate: T): boolean => {
    const own = Object.entries(language.attributes(candidate)).find(([name]) => name === key);
    return own !== undefined && matchText(own[1], operator, right);
  };
}

function matchText(own: string, operator: string, right: string): boolean {
  switch (operator) {
    case '=~':
      return like(right)(own);
    case '!~':
      return !like(right)(own);
    case '!=':
      return own !== right;
    default:
      return own === right;
  }
}

/** SQL's `LIKE %text%`: `%` is any text and `_` any character. */
function like(text: string): Predicate<string> {
  const escaped = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(escaped.replaceAll('%', '.*').replaceAll('_', '.'), 's');
  return (own) => pattern.test(own);
}

/** NaN stands for NULL, which only equals itself. */
function compare(own: number | null, operator: string, value: number): boolean {
  if (Number.isNaN(value)) return operator === '!=' ? own !== null : own === null;
  if (own === null) return false;
  switch (operator) {
    case '>=':
      return own >= value;
    case '<=':
      return own <= value;
    case '>':
      return own > value;
    case '<':
      return own < value;
    case '!=':
      return own !== value;
    default:
      return own === value;
  }
}

function parseInteger(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new Refusal(400, `expected int, but found ${text}`);
  return Number(text);
}

function parseNumber(text: string): number {
  const value = Number(text);
  if (Number.isNaN(value)) throw new Refusal(400, `expected float, but found ${text}`);
  return value;
}

function parseSeconds(text: string): number {
  return Math.trunc(parseNumber(text) * 1000);
}

function parseCost(text: string): number {
  return parseNumber(text.replace(/^\$+/, ''));
}

function parseDate(text: string): number {
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/.test(text);
  const ms = zoned ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new Refusal(400, `expected date, but found ${text}`);
  return ms;
}
