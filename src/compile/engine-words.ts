// What the template engine complains of, in a sentence for the person who wrote the template, with its place as
// well as it can be told: the engine knows lines only, and lines of the rewritten template.
import { didYouMean } from '../../schemas/nearest-name.ts';
import type { PreparedTemplate } from './jinja-template.ts';
import type { TextPlace } from './problem.ts';
import { TOO_MUCH, type WorkFault } from './work-limit.ts';

export interface RenderError {
  readonly message: string;
  /** In the template; null when it is the template as a whole. */
  readonly place: TextPlace | null;
  /** The name that is not defined, with its path (`base.image`); null for every other error. */
  readonly undefinedName: string | null;
}

/** What templates may use, by the engine's word for it. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  filter:
    'abs attr batch bool capitalize center chain count d default dictsort e escape filesizeformat first float format groupby indent int items join last length lines list lower map max min pluralize pprint reject rejectattr replace reverse round safe select selectattr slice sort split string striptags sum title tojson trim truncate unique upper wordcount'.split(
      ' ',
    ),
  test: 'boolean defined divisibleby endingwith eq equalto escaped even false filter float ge greaterthan gt in integer iterable le lessthan lower lt mapping ne none number odd safe sameas sequence startingwith string test true undefined upper'.split(
    ' ',
  ),
  function: ['range', 'dict', 'namespace', 'cycler', 'joiner'],
};

export const isTemplateError = (fault: unknown): fault is Error =>
  fault instanceof Error && / \(in <string>:\d+\)/.test(fault.message);

export function explainWork(fault: WorkFault, { notes, placeOf }: PreparedTemplate): RenderError {
  const at = notes.costly[fault.number];
  const place = at === undefined ? null : placeOf(at);
  return { message: fault.message, place, undefinedName: null };
}

export function explain(fault: unknown, template: PreparedTemplate): RenderError {
  if (!isTemplateError(fault)) {
    const message =
      'the template engine gave up: too much to render, or nested too deeply; make it simpler';
    return { message, place: null, undefinedName: null };
  }
  const [, text = '', at] = /^(.*?) \(in <string>:(\d+)\)/s.exec(fault.message) ?? [];
  const costly = /too_much_(\d+)/.exec(text)?.[1];
  if (costly !== undefined)
    return explainWork({ message: TOO_MUCH, number: Number(costly) }, template);
  const absent = template.notes.missing[Number(/undefined_name_(\d+)/.exec(text)?.[1])];
  if (absent !== undefined) {
    const { name, message } = absent;
    const place = template.placeOf(absent.at);
    if (message !== undefined) return { message, place, undefinedName: null };
    return { message: `${name} is not defined`, place, undefinedName: name };
  }
  const unknown = explainUnknown(text, template);
  if (unknown) return unknown;
  const engineLine = Number(at);
  const line = engineLine - template.addedLines.filter((added) => added < engineLine).length;
  const place = template.onlyTagOn(line) ?? { line, column: null };
  return { message: inWords(text), place, undefinedName: null };
}

function explainUnknown(text: string, { notes, placeOf }: PreparedTemplate): RenderError | null {
  const [, kind = '', name = ''] =
    /^unknown (filter|test|function): (?:\w+ )?(\w+) is unknown/.exec(text) ?? [];
  const [, what = '', method = ''] =
    /^unknown method: (.+) has no method named (\w+)/.exec(text) ?? [];
  const used = notes.used.find((use) => use.name === (name || method));
  if (used === undefined) return null;
  const place = placeOf(used.at);
  const advice = 'use a filter, or let the script do it';
  if (name === '')
    return {
      message: `a ${what} has no method "${method}" here; ${advice}`,
      place,
      undefinedName: null,
    };
  const known = KNOWN[kind] ?? [];
  const near = didYouMean(name, known) || `; there are ${known.join(', ')}`;
  return { message: `there is no ${kind} "${name}"${near}`, place, undefinedName: null };
}

function inWords(text: string): string {
  if (/out of fuel/.test(text))
    return 'this takes more steps than a template may, as a loop in a loop does; let the script itself do it';
  if (text.startsWith('syntax error'))
    return `template ${text.replace('syntax error', 'syntax')}; mend this tag, or the one before it that has no end`;
  return `${text}; change this tag`;
}
