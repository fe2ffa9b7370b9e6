/**
 * The random parts of names and identities, from bytes that are handed in.
 */

export type RandomBytes = (size: number) => Buffer;

/** No vowels and nothing that looks alike, as Kubernetes has it. */
export const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

export class Dice {
  readonly #bytes: RandomBytes;

  constructor(bytes: RandomBytes) {
    this.#bytes = bytes;
  }

  /** A UUID of version 4. */
  uid(): string {
    const bytes = Buffer.from(this.#bytes(16));
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  suffix(length: number): string {
    return [...this.#bytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('');
  }

  /** In the network of services, 10.96.0.0/16. */
  clusterIp(): string {
    const [third = 0, fourth = 0] = this.#bytes(2);
    return `10.96.${third}.${fourth}`;
  }
}
