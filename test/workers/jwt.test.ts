// S6.2 The JWT of a GitHub App, signed inside workerd by its own crypto, with keys in both forms.
import { describe, expect, it } from 'vitest';
import { signJwt } from '../../src/clients/jwt.ts';

const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
};
/** What PKCS#8 has around the PKCS#1 of a key of that length. */
const AROUND_BYTES = 26;

const pemOf = (der: Uint8Array, kind: string): string =>
  `-----BEGIN ${kind}-----\n${btoa(String.fromCharCode(...der))}\n-----END ${kind}-----\n`;
const bytesOf = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (unit) =>
    unit.charCodeAt(0),
  );

describe('S6.2 a JSON Web Token in workerd', () => {
  it('is signed with PKCS#8 and with PKCS#1', async () => {
    const pair = await crypto.subtle.generateKey(RSA, true, ['sign', 'verify']);
    if (!('publicKey' in pair)) throw new Error('RSA keys come in pairs');
    const exported = await crypto.subtle.exportKey('pkcs8', pair.privateKey);
    if (!(exported instanceof ArrayBuffer)) throw new Error('PKCS#8 is bytes');
    const der = new Uint8Array(exported);
    for (const key of [
      pemOf(der, 'PRIVATE KEY'),
      pemOf(der.slice(AROUND_BYTES), 'RSA PRIVATE KEY'),
    ]) {
      const [header, claims, signature = ''] = (await signJwt({ iss: 7 }, key)).split('.');
      const signed = new TextEncoder().encode(`${header}.${claims}`);
      expect(await crypto.subtle.verify(RSA, pair.publicKey, bytesOf(signature), signed)).toBe(
        true,
      );
    }
  });
});
