/**
 * Reads a Dockerfile far enough to say whether it could build: its instructions, and which files of
 * the context they copy. Runs nothing, fetches nothing.
 */

export interface Instruction {
  /** Of its first line, from 1. */
  readonly line: number;
  readonly keyword: string;
  readonly rest: string;
}

const keywords = new Set(
  (
    'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL ' +
    'STOPSIGNAL USER VOLUME WORKDIR'
  ).split(' '),
);

/** @throws {Error} with a sentence that names the line, in buildkit's manner. */
export function parseDockerfile(text: string): Instruction[] {
  const instructions: Instruction[] = [];
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const line = at + 1;
    let whole = lines[at] ?? '';
    if (isSkipped(whole)) continue;
    while (/\\\s*$/.test(whole) && at + 1 < lines.length) {
      at += 1;
      const next = lines[at] ?? '';
      if (!isSkipped(next)) whole = whole.replace(/\\\s*$/, ' ') + next.trim();
      else whole = whole.replace(/\\\s*$/, '\\');
    }
    const [, keyword = '', rest = ''] = /^\s*(\S+)\s*(.*)$/s.exec(whole) ?? [];
    const instruction = { line, keyword: keyword.toUpperCase(), rest: rest.trim() };
    checkInstruction(instruction, instructions);
    instructions.push(instruction);
    at = endOfHeredocs(instruction, lines, at);
  }
  if (!instructions.some(({ keyword }) => keyword === 'FROM')) {
    throw new Error('the Dockerfile is empty: it needs at least one FROM');
  }
  return instructions;
}

/**
 * The paths in the context that COPY and ADD name, with build arguments filled in; not those that
 * come from another stage, an address or the Dockerfile itself.
 */
export function copiedPaths(
  instructions: readonly Instruction[],
  buildArgs: ReadonlyMap<string, string>,
): { line: number; path: string }[] {
  const variables = new Map<string, string>();
  return instructions.flatMap(({ line, keyword, rest }) => {
    if (keyword === 'ARG' || keyword === 'ENV') define(variables, keyword, rest, buildArgs);
    if (keyword !== 'COPY' && keyword !== 'ADD') return [];
    const words = copyWords(rest);
    if (words.some((word) => word.startsWith('--from='))) return [];
    const sources = words.filter((word) => !word.startsWith('--')).slice(0, -1);
    return sources
      .filter((source) => !source.startsWith('<<') && !/^(?:https?:\/\/|git@)/.test(source))
      .map((source) => ({ line, path: expand(source, variables) }));
  });
}

function isSkipped(line: string): boolean {
  return /^\s*(?:#|$)/.test(line);
}

function checkInstruction({ line, keyword, rest }: Instruction, before: readonly Instruction[]) {
  const where = `dockerfile parse error on line ${line}`;
  if (!keywords.has(keyword)) throw new Error(`${where}: unknown instruction: ${keyword}`);
  if (rest === '') throw new Error(`${where}: ${keyword} requires at least one argument`);
  const started = before.some((earlier) => earlier.keyword === 'FROM');
  if (keyword !== 'FROM' && keyword !== 'ARG' && !started) {
    throw new Error(`${where}: no build stage in current context: ${keyword} comes before FROM`);
  }
  if (keyword === 'FROM' && !/^(?:--\S+\s+)*\S+(?:\s+as\s+\S+)?$/i.test(rest)) {
    throw new Error(`${where}: FROM requires either one or three arguments`);
  }
  const copies = keyword === 'COPY' || keyword === 'ADD';
  if (copies && copyWords(rest).filter((word) => !word.startsWith('--')).length < 2) {
    throw new Error(`${where}: ${keyword} requires at least two arguments`);
  }
}

/** The index of the last line of the here-documents that an instruction opens, or `at`. */
function endOfHeredocs({ line, keyword, rest }: Instruction, lines: string[], at: number): number {
  if (keyword !== 'RUN' && keyword !== 'COPY' && keyword !== 'ADD') return at;
  let end = at;
  for (const [, dash, , name] of rest.matchAll(/<<(-?)(["']?)([A-Za-z_]\w*)\2/g)) {
    const isEnd = (text: string) => (dash ? text.replace(/^\t+/, '') : text) === name;
    const found = lines.findIndex((text, index) => index > end && isEnd(text));
    if (found < 0) {
      throw new Error(`dockerfile parse error on line ${line}: unterminated heredoc ${name}`);
    }
    end = found;
  }
  return end;
}

/** Both forms: words, and a JSON array after the flags. */
function copyWords(rest: string): string[] {
  const [, flags = '', paths = ''] = /^((?:--\S+\s+)*)(.*)$/s.exec(rest) ?? [];
  const flagWords = flags.split(/\s+/).filter((word) => word !== '');
  if (paths.startsWith('[')) {
    try {
      const parsed: unknown = JSON.parse(paths);
      if (Array.isArray(parsed)) return [...flagWords, ...parsed.map(String)];
    } catch {
      // Not JSON: buildkit too takes it for words then.
    }
  }
  return [...flagWords, ...paths.split(/\s+/).filter((word) => word !== '')];
}

function define(
  variables: Map<string, string>,
  keyword: string,
  rest: string,
  buildArgs: ReadonlyMap<string, string>,
): void {
  for (const [, name = '', quoted, plain] of rest.matchAll(/(\w+)(?:=(?:"([^"]*)"|(\S*)))?/g)) {
    const fallback = quoted ?? plain;
    const value = keyword === 'ARG' ? (buildArgs.get(name) ?? fallback) : fallback;
    if (value !== undefined) variables.set(name, expand(value, variables));
  }
}

function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))/g,
    (_, braced?: string, fallback?: string, bare?: string) =>
      variables.get(braced ?? bare ?? '') || (fallback ?? ''),
  );
}
