/**
 * The few words of DER that a certificate is written in (X.690). Writes only, and knows nothing of
 * certificates.
 */

export type Der = Buffer;

export const sequence = (...parts: readonly Der[]): Der => element(0x30, ...parts);
export const set = (...parts: readonly Der[]): Der => element(0x31, ...parts);
export const octets = (content: Der): Der => element(0x04, content);
export const bits = (content: Der, unusedBits = 0): Der =>
  element(0x03, Buffer.from([unusedBits]), content);
export const yes: Der = element(0x01, Buffer.from([0xff]));
export const text = (content: string): Der => element(0x0c, Buffer.from(content));

/** `[number] EXPLICIT`. */
export const tagged = (number: number, content: Der): Der => element(0xa0 + number, content);
/** `[number] IMPLICIT`, of something that is not put together from parts. */
export const replaced = (number: number, content: Der): Der => element(0x80 + number, content);

/** From its bytes, the highest first; never negative. */
export function integer(bytes: Buffer): Der {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = start < 0 ? Buffer.from([0]) : bytes.subarray(start);
  const sign = Buffer.alloc((digits[0] ?? 0) >= 0x80 ? 1 : 0);
  return element(0x02, sign, digits);
}

/** `2.5.29.17` */
export function objectId(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest.flatMap(base128)];
  return element(0x06, Buffer.from(bytes));
}

/** Seconds are the finest; years from 1950 to 2049. */
export function utcTime(ms: number): Der {
  const digits = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '');
  return element(0x17, Buffer.from(digits.slice(2)));
}

function element(tag: number, ...parts: readonly Der[]): Der {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...length(content.length)]), content]);
}

function length(size: number): number[] {
  if (size < 0x80) return [size];
  const bytes = size < 0x100 ? [size] : [size >> 8, size & 0xff];
  return [0x80 + bytes.length, ...bytes];
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) digits.unshift(0x80 + (rest & 0x7f));
  return digits;
}
