// What the doctor found, and how it is printed: one line each, with what to do about it below.

export interface Finding {
  /** `unknown`: it could not be looked at, which is no fault by itself. */
  readonly mark: 'ok' | 'unknown' | 'fault';
  readonly what: string;
  readonly text: string;
  readonly todo?: string;
}

const MARKS = { ok: 'ok', unknown: '??', fault: 'FAULT' } as const;

export function linesOf(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ what }) => what.length));
  return findings
    .flatMap(({ mark, what, text, todo }) => [
      `${MARKS[mark].padEnd(7)}${what.padEnd(width + 2)}${text}`,
      ...(todo === undefined ? [] : [`${' '.repeat(width + 9)}${todo}`]),
    ])
    .join('\n');
}

const counted = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}`;

/** The last line. */
export function verdictOf(findings: readonly Finding[]): string {
  const count = (mark: Finding['mark']) => findings.filter((one) => one.mark === mark).length;
  const unknown = count('unknown');
  const looked = unknown === 0 ? '' : `, ${unknown} could not be looked at`;
  return `${counted(findings.length, 'check')}, ${counted(count('fault'), 'fault')}${looked}; nothing was changed`;
}
