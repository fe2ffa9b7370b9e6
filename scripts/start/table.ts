// Lays out a report as a table for the terminal. Pure: returns lines, prints nothing.
import type { Report } from './report.ts';

const short = (sha: string | null): string => sha?.slice(0, 8) ?? '-';

/** @returns lines without colours; the first is the heading. */
export function reportTable(report: Report): string[] {
  const rows = [
    ['PR', 'outcome', 'source', 'tested on', 'tested', 'landed', 'batches', 'title'],
    ...report.pulls.map((pull) => [
      `#${pull.number}`,
      pull.outcome,
      short(pull.source_sha),
      short(pull.target_sha),
      short(pull.tested_sha),
      short(pull.landed_sha),
      pull.batches.join(' ') || '-',
      pull.title,
    ]),
  ];
  const deploys = report.deploys.map(
    (deploy) => `deploy of ${short(deploy.sha)}: ${deploy.state} (batch ${deploy.batch ?? '-'})`,
  );
  return [...alignColumns(rows), '', ...deploys];
}

/** @returns one sentence for each thing that is not as it should be. */
export function reportProblems(report: Report): string[] {
  const ofPulls = report.pulls.flatMap((pull) =>
    pull.problems.map((problem) => `#${pull.number} (${pull.outcome}): ${problem}`),
  );
  return [...report.problems, ...ofPulls];
}

export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    }
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
