// The hash by which git names commits, by WebCrypto. Whoever needs an answer at once passes another.

/** @returns 40 hexadecimal digits */
export type Sha1 = (bytes: Uint8Array<ArrayBuffer>) => Promise<string>;

export const webSha1: Sha1 = async (bytes) => {
  const hash = await crypto.subtle.digest('SHA-1', bytes);
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
};
