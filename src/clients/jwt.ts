// Signs JSON Web Tokens with an RSA key, as Google and GitHub want them, by WebCrypto. Takes keys in both forms
// in which they are handed out: PKCS#8 ("PRIVATE KEY") and PKCS#1 ("RSA PRIVATE KEY").

const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
/** rsaEncryption with no parameters, as an AlgorithmIdentifier in DER. */
const RSA_IDENTIFIER = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];
const [SEQUENCE, INTEGER, OCTET_STRING] = [0x30, 0x02, 0x04];

/**
 * @param pem with the lines of dashes; escaped line breaks are taken for line breaks
 * @throws when it is no private RSA key
 */
export async function signJwt(claims: Record<string, unknown>, pem: string): Promise<string> {
  const key = await crypto.subtle.importKey('pkcs8', pkcs8Of(pem), RSA, false, ['sign']);
  const text = (part: object): string => base64url(new TextEncoder().encode(JSON.stringify(part)));
  const signed = `${text({ alg: 'RS256', typ: 'JWT' })}.${text(claims)}`;
  const signature = await crypto.subtle.sign(RSA.name, key, new TextEncoder().encode(signed));
  return `${signed}.${base64url(new Uint8Array(signature))}`;
}

function pkcs8Of(pem: string): Uint8Array<ArrayBuffer> {
  const text = pem.replaceAll('\\n', '\n');
  const [, kind, body] = /-----BEGIN (RSA )?PRIVATE KEY-----([^-]+)-----END/.exec(text) ?? [];
  if (body === undefined)
    throw new Error('expected a private RSA key in PEM, from -----BEGIN to -----END');
  const der = Uint8Array.from(atob(body.replace(/\s/g, '')), (unit) => unit.charCodeAt(0));
  if (kind === undefined) return der;
  const version = element(INTEGER, [0]);
  return Uint8Array.from(
    element(SEQUENCE, [...version, ...RSA_IDENTIFIER, ...element(OCTET_STRING, [...der])]),
  );
}

/** One element in DER: its tag, its length, its content. */
function element(tag: number, content: readonly number[]): number[] {
  const { length } = content;
  if (length < 0x80) return [tag, length, ...content];
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  return [tag, 0x80 | bytes.length, ...bytes, ...content];
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
