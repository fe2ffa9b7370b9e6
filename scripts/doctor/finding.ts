// How what the doctor found is printed: one line each, with what to do about it below.
import type { Finding } from '../../schemas/diagnosis.ts';

const MARKS = { ok: 'ok', warning: 'warn', unknown: '??', fault: 'FAULT' } as const;

export function linesOf(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ what }) => what.length));
  return findings
    .flatMap(({ mark, what, text, todo }) => [
      `${MARKS[mark].padEnd(7)}${what.padEnd(width + 2)}${inOneLine(text)}`,
      ...(todo === undefined ? [] : [`${' '.repeat(width + 9)}${todo}`]),
    ])
    .join('\n');
}

/** Others' words may come in paragraphs. */
const inOneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, ' ');

const counted = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}`;

/** The last line. @param changed what the look itself left behind, in words */
export function verdictOf(findings: readonly Finding[], changed = 'nothing was changed'): string {
  const count = (mark: Finding['mark']) => findings.filter((one) => one.mark === mark).length;
  const [warnings, unknown] = [count('warning'), count('unknown')];
  return `${[
    counted(findings.length, 'check'),
    counted(count('fault'), 'fault'),
    ...(warnings === 0 ? [] : [counted(warnings, 'warning')]),
    ...(unknown === 0 ? [] : [`${unknown} could not be looked at`]),
  ].join(', ')}; ${changed}`;
}
