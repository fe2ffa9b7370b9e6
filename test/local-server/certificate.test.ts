/**
 * The certificate of the local servers: what verifiers look for in it, and when it is made anew.
 */
import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loopbackCertificate } from '../../scripts/local-server/certificate.ts';

const now = Date.parse('2030-05-01T12:00:00Z');
const dayMs = 86_400_000;

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'certificate-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

test('it is its own authority, for the names of this machine', async () => {
  const { cert, path } = loopbackCertificate(await folder(), now);
  const parsed = new X509Certificate(cert);
  expect(parsed.ca).toBe(true);
  expect(parsed.verify(parsed.publicKey)).toBe(true);
  expect(parsed.checkHost('localhost')).toBe('localhost');
  expect(parsed.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(parsed.checkIP('::1')).toBe('::1');
  expect(parsed.checkHost('example.com')).toBeUndefined();
  expect(new Date(parsed.validTo).toISOString()).toBe('2031-05-01T12:00:00.000Z');
  expect((await stat(path.replace('ca.pem', 'key.pem'))).mode & 0o777).toBe(0o600);
});

test('it is kept until it is about to expire', async () => {
  const place = await folder();
  const first = loopbackCertificate(place, now);
  expect(loopbackCertificate(place, now + 300 * dayMs)).toEqual(first);
  expect(loopbackCertificate(place, now + 340 * dayMs).cert).not.toBe(first.cert);
});
