// Reads YAML as PyYAML does (version 1.1) and remembers where everything stands. It refuses what a
// person would not mean: duplicate keys, unknown tags, alias bombs, files over 1 MiB. It knows nothing of
// steps.
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, Scalar } from 'yaml';
import { err, ok, type Result } from '../core/result.ts';
import type { CompileError, Path } from './problem.ts';

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
  /** The file's line of line `textLine` of the text at `path`. */
  placeInText(path: Path, textLine: number): Place;
}

export function readSource(text: string): Result<Source, CompileError> {
  const refuse = (message: string, place: Place | null) =>
    err({ message, line: place?.line ?? null, column: place?.column ?? null, step: null });
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
    return ok(located(value, document, placeOf));
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

function located(value: unknown, document: Document, placeOf: (offset: number) => Place): Source {
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
    placeInText(path, textLine) {
      const start = place(path, false);
      const node = nodeAt(path);
      const type = isScalar(node) ? node.type : undefined;
      // `|` keeps lines, below its own; other styles join or escape them.
      if (type === Scalar.BLOCK_LITERAL) return { line: start.line + textLine, column: 1 };
      return start;
    },
  };
}
