// What the author of a Markdown text says in it: without comments (as templates have), code, and what is quoted of others.
// Not a parser of Markdown: it is asked at every decision, and takes time in proportion to the text.

/** The leftmost counts: a fence within a comment is none, and the other way round. What is never closed goes to the end. */
const NOT_SAID = new RegExp(
  [
    /<!--[\s\S]*?(?:-->|$(?![\s\S]))/,
    /^ {0,3}(?<fence>`{3,}|~{3,}).*(?:\n[\s\S]*?)??(?:\n {0,3}\k<fence>[`~]*[ \t]*$|$(?![\s\S]))/,
    /^ {0,3}>.*$/,
    // Four spaces are code after an empty line alone; elsewhere a line goes on, or a list.
    /(?<![^\n]\n)^(?: {4}|\t)(?![ \t]*[-*+] ).*(?:\n(?: {4}|\t).*)*/,
    /(?<!`)(?<ticks>`+)(?!`).*?(?<!`)\k<ticks>(?!`)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gm',
);

export const ownWords = (markdown: string): string =>
  markdown.replaceAll('\r\n', '\n').replace(NOT_SAID, ' ');
