// What an address says that makes no sense: it is as if it had not been said, and the page tells people so.

/** Of each name in an address that may make no sense, what is expected of it. */
type Expectations = Readonly<Record<string, string>>;

const SHOWN_MAX = 60;

/**
 * @param asked as it was written
 * @param understood what was made of it
 * @param nothing what is made of an address that says nothing
 * @returns sentences
 */
export const leftOut = (
  asked: Readonly<Record<string, string>>,
  understood: object,
  nothing: object,
  expectations: Expectations,
): string[] =>
  Object.entries(expectations).flatMap(([name, expected]) => {
    const said = (asked[name] ?? '').trim();
    const instead = Reflect.get(nothing, name);
    if (said === '' || said === String(instead) || Reflect.get(understood, name) !== instead)
      return [];
    const shown = said.length > SHOWN_MAX ? `${said.slice(0, SHOWN_MAX)}…` : said;
    return [`${name} is "${shown}"; expected ${expected}.`];
  });
