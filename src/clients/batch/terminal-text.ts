// What a job says to a terminal, as a page and a stored row can hold it: no orders to the terminal, and no more than so much.

const LINES_MAX = 60;
const LINE_LENGTH_MAX = 400;

/** Colours, moves of the cursor, titles and links: each as a whole. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is those that are meant.
const ORDERS = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]/g;
/** JSON makes six bytes of each. */
const CONTROLS = /[^\P{Cc}\t]/gu;

/** @returns the last lines; null when they say nothing */
export function endOfLog(text: string): string | null {
  const lines = text.replace(ORDERS, '').split('\n').map(asLeft);
  while (lines.at(-1) === '') lines.pop();
  const shown = lines.slice(-LINES_MAX).map((line) => cut(line, LINE_LENGTH_MAX));
  return shown.join('\n') || null;
}

export const inOneLine = (text: string, most: number): string =>
  cut(asLeft(text.replace(ORDERS, '').replace(/\s+/g, ' ').trim()), most);

/** A line that was written over again and again, as by a progress bar, shows its last state. */
const asLeft = (line: string): string =>
  line
    .split('\r')
    .map((written) => written.replace(CONTROLS, ''))
    .findLast((written) => written !== '')
    ?.toWellFormed() ?? '';

const cut = (line: string, most: number): string =>
  line.length > most ? `${line.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')}…` : line;
