// The parsed forms of the build.yaml files that were read last, by the file's id: most commits do not change
// it, and parsing is most of the work. One for all branches of an isolate, whose memory they share.
import { type BuildFile, parseBuildYaml } from '../compile/parse.ts';
import type { CompileErrors } from '../compile/problem.ts';
import type { Result } from '../core/result.ts';

type Parsed = Result<BuildFile, CompileErrors>;

/** A parsed form takes some fifteen times the memory of its text, and an isolate has 128 MB. */
const KEPT_CHARS = 1_500_000;

export class ParsedFiles {
  /** Used last comes last. */
  readonly #kept = new Map<string, { readonly parsed: Parsed; readonly chars: number }>();

  read(id: string, text: string): Parsed {
    const parsed = this.#kept.get(id)?.parsed ?? parseBuildYaml(text);
    this.#kept.delete(id);
    this.#kept.set(id, { parsed, chars: text.length });
    let chars = [...this.#kept.values()].reduce((sum, kept) => sum + kept.chars, 0);
    for (const [oldest, kept] of this.#kept) {
      if (chars <= KEPT_CHARS || oldest === id) break;
      this.#kept.delete(oldest);
      chars -= kept.chars;
    }
    return parsed;
  }
}
