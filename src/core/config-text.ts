// The settings as one text: a variable of Cloudflare holds 5 KB, and what is longer goes on in SLUICE_CONFIG_2, _3 and so
// on, until there is none or an empty one. Pure.

const NAME = 'SLUICE_CONFIG';

/** @param environment where the other parts are, by their names */
export function wholeText(first: string, environment: unknown): string {
  const parts = [first];
  if (typeof environment !== 'object' || environment === null) return first;
  for (let number = 2; ; number += 1) {
    const part: unknown = Reflect.get(environment, `${NAME}_${number}`);
    if (typeof part !== 'string' || part === '') return parts.join('');
    parts.push(part);
  }
}
