// Makes text of strangers fit to be printed on a line: titles come from pushes, and no control character
// of theirs may reach the terminal.
import { stripVTControlCharacters } from 'node:util';

export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the point
  return stripVTControlCharacters(text).replace(/[\x00-\x1f\x7f]+/g, ' ');
}
