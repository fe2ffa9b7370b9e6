/**
 * A short fingerprint for telling texts apart (two interleaved 32-bit FNV-1a hashes). Not for
 * secrets: anybody can compute it, and somebody could make a collision.
 * @returns 16 hex digits
 */
export function digest(text: string): string {
  let a = 0x811c9dc5;
  let b = 0xc9dc5118;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit ^ (index & 0xff), 0x01000193);
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
