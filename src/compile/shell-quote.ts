// Quotes text for a POSIX shell, so that whatever a build.yaml holds arrives as one word. It does not
// know what the word is for.

/** One word: unchanged where no shell would touch it, otherwise in single quotes. */
export function shellQuote(text: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}
