/**
 * A certificate for this machine's loopback names, signed by itself and kept in a folder, so that
 * clients that send their token over TLS alone can be pointed here. Whoever trusts it trusts nothing
 * else by it: the key never leaves the folder.
 */
import {
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  bits,
  type Der,
  integer,
  objectId,
  octets,
  replaced,
  sequence,
  set,
  tagged,
  text,
  utcTime,
  yes,
} from './der.ts';

export interface Certificate {
  /** Of the certificate, which is its own authority. */
  readonly path: string;
  readonly cert: string;
  readonly key: string;
}

const dayMs = 86_400_000;
const validDays = 365;
/** One with less left is made anew at the next start. */
const leastDaysLeft = 30;

const names = ['localhost'];
const addresses = [
  [127, 0, 0, 1],
  [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
];

/** The one in the folder, or a new one when there is none or it is about to expire. */
export function loopbackCertificate(folder: string, nowMs: number): Certificate {
  const path = join(folder, 'ca.pem');
  const keyPath = join(folder, 'key.pem');
  if (!isValid(path, keyPath, nowMs)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const made = makeCertificate(nowMs);
    writeFileSync(keyPath, made.key, { mode: 0o600 });
    writeFileSync(path, made.cert);
  }
  return { path, cert: readFileSync(path, 'utf8'), key: readFileSync(keyPath, 'utf8') };
}

function isValid(path: string, keyPath: string, nowMs: number): boolean {
  if (!existsSync(path) || !existsSync(keyPath)) return false;
  const { validTo, validFrom } = new X509Certificate(readFileSync(path));
  const leftMs = Date.parse(validTo) - nowMs;
  return Date.parse(validFrom) <= nowMs && leftMs > leastDaysLeft * dayMs;
}

function makeCertificate(nowMs: number): { cert: string; key: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(objectId('1.2.840.10045.4.3.2')); // ecdsa-with-SHA256
  const body = toBeSigned(publicKey, algorithm, nowMs);
  const signature = sign('sha256', body, privateKey);
  const whole = sequence(body, algorithm, bits(signature));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function toBeSigned(publicKey: KeyObject, algorithm: Der, nowMs: number): Der {
  const commonName = sequence(objectId('2.5.4.3'), text('Sluice local server'));
  const name = sequence(set(commonName));
  const keyInfo = publicKey.export({ type: 'spki', format: 'der' });
  return sequence(
    tagged(0, integer(Buffer.from([2]))), // version 3
    integer(randomBytes(16)),
    algorithm,
    name,
    // From yesterday, for clients whose clock is behind.
    sequence(utcTime(nowMs - dayMs), utcTime(nowMs + validDays * dayMs)),
    name,
    keyInfo,
    tagged(3, extensions(createHash('sha1').update(keyInfo).digest())),
  );
}

/** What strict verifiers look for in a certificate that is both authority and server. */
function extensions(keyId: Buffer): Der {
  const extension = (id: string, value: Der, critical = false): Der =>
    sequence(objectId(id), ...(critical ? [yes] : []), octets(value));
  const alternatives = [
    ...names.map((name) => replaced(2, Buffer.from(name))),
    ...addresses.map((address) => replaced(7, Buffer.from(address))),
  ];
  return sequence(
    extension('2.5.29.19', sequence(yes), true), // basicConstraints: an authority
    extension('2.5.29.15', bits(Buffer.from([0b1000_0100]), 2), true), // keyUsage: signing
    extension('2.5.29.37', sequence(objectId('1.3.6.1.5.5.7.3.1'))), // extKeyUsage: a server
    extension('2.5.29.17', sequence(...alternatives)), // subjectAltName
    extension('2.5.29.14', octets(keyId)), // subjectKeyIdentifier
    extension('2.5.29.35', sequence(replaced(0, keyId))), // authorityKeyIdentifier
  );
}
