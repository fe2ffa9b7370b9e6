// Tokens that other libraries accept: checked with Node's own crypto, for keys in both forms.
import { createVerify, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { signJwt } from '../../src/clients/jwt.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = (type: 'pkcs1' | 'pkcs8'): string =>
  privateKey.export({ type, format: 'pem' }).toString();

describe('a JSON Web Token', () => {
  test.each([
    ['PKCS#8', pem('pkcs8')],
    ['PKCS#1', pem('pkcs1')],
    ['PKCS#8 on one line', pem('pkcs8').replaceAll('\n', '\\n')],
  ])('of a key in %s is signed', async (_, key) => {
    const claims = { iss: 'größe', iat: 1, exp: 2 };
    const [header = '', payload = '', signature = ''] = (await signJwt(claims, key)).split('.');
    const verify = createVerify('RSA-SHA256').update(`${header}.${payload}`);
    expect(verify.verify(publicKey, signature, 'base64url')).toBe(true);
    const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
    expect([read(header), read(payload)]).toEqual([{ alg: 'RS256', typ: 'JWT' }, claims]);
  });

  test.each(['', 'secret', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'])(
    'of %j is refused with a sentence',
    async (key) => {
      await expect(signJwt({}, key)).rejects.toThrow('expected a private RSA key in PEM');
    },
  );
});
