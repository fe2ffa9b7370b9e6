// Reads YAML as PyYAML does (version 1.1) and remembers where everything stands. It refuses what a
// person would not mean: duplicate keys, unknown tags, alias bombs, files over 1 MiB. It knows nothing of
// steps.
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, Scalar } from 'yaml';
import { err, ok, type Result } from '../core/result.ts';
import type { CompileError, Path, TextPlace } from './problem.ts';

export const SOURCE_MAX_CHARS = 1024 * 1024;
const ALIASES_MAX = 100;

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
      customTags: (tags) => tags.map(asPyYaml),
    });
    const fault = document.errors[0] ?? document.warnings[0];
    if (fault) return refuse(`not valid YAML: ${fault.message}`, placeOf(fault.pos[0]));
    const value: unknown = document.toJS({ maxAliasCount: ALIASES_MAX });
    return ok(located(value, document, text, placeOf));
  } catch (fault) {
    // The parser throws on alias bombs and, out of stack, on deep nesting: the file's fault, not ours.
    const message = fault instanceof RangeError ? 'nested too deeply' : String(fault);
    return refuse(`not acceptable YAML: ${message.replace(/^\w*Error: /, '')}`, null);
  }
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
