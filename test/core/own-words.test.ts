// What of a pull request's text counts as said by its author.
import { describe, expect, it } from 'vitest';
import { ownWords } from '../../src/core/own-words.ts';

const said = (markdown: string): boolean => ownWords(markdown).includes('#assign bakers');

describe('S5.5 a wish in a pull request’s text', () => {
  it.each<[what: string, markdown: string]>([
    ['by itself', '#assign bakers'],
    ['in a sentence', 'Please #assign bakers, they know.'],
    ['after a comment', '<!-- say what changes -->\n#assign bakers'],
    ['after code', '```sh\nmake\n```\n#assign bakers'],
    ['after code that is fenced otherwise', '~~~\n```\n~~~\n#assign bakers'],
    ['after two fences', '```\na\n```\n#assign bakers\n```\nb\n```'],
    ['below a quotation', '> why?\r\n\r\n#assign bakers'],
    ['in an item below an item', '- who\n\n    - #assign bakers'],
    ['between words in code', '`make` #assign bakers `test`'],
    ['behind a tick that opens nothing', 'it`s #assign bakers'],
    ['in a paragraph that goes on indented', 'Please\n    #assign bakers'],
  ])('counts %s', (_, markdown) => {
    expect(said(markdown)).toBe(true);
  });

  it.each<[what: string, markdown: string]>([
    ['in a comment of the template', '<!-- write #assign bakers to ask the bakers -->\nDone.'],
    ['in a comment of many lines', 'Done.\r\n<!--\r\n#assign bakers\r\n-->'],
    ['in a comment that never ends', '<!-- \n#assign bakers'],
    ['in a comment with a fence', '<!--\n```\n-->\n<!-- #assign bakers -->'],
    ['in fenced code', '```\n#assign bakers\n```'],
    ['in fenced code with a language', 'See:\n~~~~ text\n~~~\n#assign bakers\n~~~~\n'],
    ['in fenced code that never ends', '```\n#assign bakers'],
    ['in fenced code with a comment', '```\n<!--\n```\n```\n#assign bakers\n```'],
    ['in indented code', 'Write\n\n    make\n    #assign bakers\n\nthere.'],
    ['in a line of code', 'Write `#assign bakers` there.'],
    ['in a line of code with ticks', 'Write `` `#assign bakers` `` there.'],
    ['in a quotation', '> #assign bakers\n\nNo.'],
  ])('does not count %s', (_, markdown) => {
    expect(said(markdown)).toBe(false);
  });

  it('is found in time, whatever the text', () => {
    const size = 65_536;
    const runs = Array.from({ length: 360 }, (_, index) => '`'.repeat(index + 1)).join(' ');
    const hostile = ['<!--', '`', '` ', '> ', '~~~\n', '    \n', '`` ` ', '```\n'];
    const before = performance.now();
    for (const text of [runs, ...hostile.map((part) => part.repeat(size / part.length))])
      ownWords(text);
    expect(performance.now() - before).toBeLessThan(2_000);
  });
});
