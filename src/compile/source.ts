// Reads YAML as PyYAML does (version 1.1) and remembers where everything stands. It refuses what a
// person would not mean: unknown tags, files over 1 MiB, and what yaml-faults.ts finds. It knows nothing
// of steps.
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, Scalar } from 'yaml';
import { err, ok, type Result } from '../core/result.ts';
import type { CompileError, Path, TextPlace } from './problem.ts';
import { faultOf } from './yaml-faults.ts';

export const SOURCE_MAX_CHARS = 1024 * 1024;

export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Source {
  readonly value: unknown;
  /** Of the value at `path`, or of the nearest thing around it that is there. */
  place(path: Path, atKey: boolean): Place;
  /** Where a place in the text at `path` is in the file. */
  placeInText(path: Path, inside: TextPlace): TextPlace;
}

export function readSource(text: string): Result<Source, CompileError> {
  const refuse = (message: string, place: Place | null) =>
    err({
      message,
      file: null,
      line: place?.line ?? null,
      column: place?.column ?? null,
      step: null,
    });
  if (text.length > SOURCE_MAX_CHARS) return refuse('build.yaml is larger than 1 MiB', null);
  const counter = new LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  try {
    const document = parseDocument(text, {
      version: '1.1',
      lineCounter: counter,
      prettyErrors: false,
      stringKeys: true,
      // The parser compares every key with every other; ours below is as good.
      uniqueKeys: false,
      customTags: (tags) => tags.map(asPyYaml),
    });
    const fault = document.errors[0] ?? document.warnings[0];
    if (fault) return refuse(`not valid YAML: ${plainly(fault.message)}`, placeOf(fault.pos[0]));
    const unmeant = faultOf(document);
    if (unmeant)
      return refuse(
        `not acceptable YAML: ${unmeant.message}`,
        placeOf(unmeant.node.range?.[0] ?? 0),
      );
    // What the aliases stand for was counted.
    const value: unknown = document.toJS({ maxAliasCount: -1 });
    return ok(located(value, document, text, placeOf));
  } catch (fault) {
    // The parser throws where it runs out of stack: the file's fault, not ours.
    return refuse(`not acceptable YAML: ${plainly(String(fault))}`, placeOf(0));
  }
}

function plainly(message: string): string {
  if (/call stack/.test(message)) return 'it is nested too deeply';
  if (/multiple documents/.test(message)) return 'one document only; remove the line "---"';
  return message.replace(/^\w*Error: /, '');
}

/** YAML 1.1 reads a bare `y` or `n` as a boolean; PyYAML, like people, reads a letter. */
function asPyYaml<T>(tag: T): T {
  const boolean =
    typeof tag === 'object' && tag !== null && 'tag' in tag && tag.tag === 'tag:yaml.org,2002:bool';
  if (!boolean || !('test' in tag) || !(tag.test instanceof RegExp)) return tag;
  return { ...tag, test: new RegExp(`(?!^.$)${tag.test.source}`) };
}

function located(
  value: unknown,
  document: Document,
  file: string,
  placeOf: (offset: number) => Place,
): Source {
  const nodeAt = (path: Path) => {
    const node = path.length === 0 ? document.contents : document.getIn(path, true);
    return isNode(node) ? node : null;
  };
  const keyAt = (path: Path) => {
    const parent = nodeAt(path.slice(0, -1));
    const key = path.at(-1);
    const pair = isMap(parent)
      ? parent.items.find((item) => isScalar(item.key) && item.key.value === key)
      : undefined;
    return isScalar(pair?.key) ? pair.key : null;
  };
  const place = (path: Path, atKey: boolean): Place => {
    const node = (atKey ? keyAt(path) : null) ?? nodeAt(path);
    if (node?.range) return placeOf(node.range[0]);
    return path.length === 0 ? placeOf(0) : place(path.slice(0, -1), false);
  };
  return {
    value,
    place,
    placeInText(path, inside) {
      const { line: start } = place(path, false);
      const node = nodeAt(path);
      if (!isScalar(node) || typeof node.value !== 'string') return { line: start, column: null };
      // `|` keeps lines, below its own; other styles join or escape them.
      const line = node.type === Scalar.BLOCK_LITERAL ? start + inside.line : start;
      return { line, column: columnInFile(file, line, node.value, inside) };
    },
  };
}

/** @returns null where the line of the file does not have the text's line as it is, and only once. */
function columnInFile(file: string, line: number, text: string, inside: TextPlace): number | null {
  if (inside.column === null) return null;
  const fileLine = file.split('\n')[line - 1] ?? '';
  const textLine = text.split('\n')[inside.line - 1] ?? '';
  const indent = fileLine.indexOf(textLine);
  if (indent < 0 || indent !== fileLine.lastIndexOf(textLine)) return null;
  return indent + inside.column;
}
