/**
 * Protocol buffers, in which newer kubectls send what `kubectl create` makes. Written here by hand,
 * byte by byte.
 */
import { expect, test } from 'vitest';
import { readProtobuf } from '../../scripts/kubernetes/protobuf.ts';
import { protobufMessage } from '../../scripts/kubernetes/protobuf-kinds.ts';
import { startCluster } from './client.ts';

/** A field that has a length: a text, bytes or a message. */
const field = (number: number, content: string | Buffer): Buffer => {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes]);
};
const flag = (number: number, value: number): Buffer => Buffer.from([number * 8, value]);
const pair = (key: string, value: string): Buffer =>
  Buffer.concat([field(1, key), field(2, value)]);

const envelope = (apiVersion: string, kind: string, raw: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from('k8s\0'),
    field(1, Buffer.concat([field(1, apiVersion), field(2, kind)])),
    field(2, raw),
  ]);
const metadata = (name: string, ...more: Buffer[]): Buffer =>
  field(1, Buffer.concat([field(1, name), field(2, ''), field(8, ''), ...more]));

test('texts, maps, lists and numbers are read, and what is empty was not given', () => {
  const meta = metadata('a', field(11, pair('x', '1')), field(11, pair('y', '')), field(14, 'f'));
  const raw = Buffer.concat([meta, field(2, pair('word', 'sesame')), field(3, ''), flag(5, 1)]);
  expect(readProtobuf(envelope('v1', 'Secret', raw), protobufMessage)).toEqual({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'a', labels: { x: '1', y: '' }, finalizers: ['f'] },
    data: { word: Buffer.from('sesame').toString('base64') },
    immutable: true,
  });
});

test('what cannot be read is refused', () => {
  const namespace = envelope('v1', 'Namespace', metadata('a'));
  const read = (body: Buffer) => () => readProtobuf(body, protobufMessage);
  expect(read(namespace)).not.toThrow();
  expect(read(namespace.subarray(0, -3))).toThrow('ends in the middle');
  expect(read(Buffer.from('{"kind":"Namespace"}'))).toThrow('does not begin');
  expect(read(envelope('v1', 'Pod', metadata('a')))).toThrow('accepted media types');
});

test('an object can be made from them', async () => {
  const cluster = await startCluster();
  const answer = await fetch(`${cluster.server.url}/api/v1/namespaces`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer token',
      'content-type': 'application/vnd.kubernetes.protobuf',
      accept: 'application/vnd.kubernetes.protobuf,application/json',
    },
    body: new Uint8Array(envelope('v1', 'Namespace', metadata('made'))),
  });
  expect(answer.status).toBe(201);
  expect(await cluster.names('/api/v1/namespaces')).toContain('made');
});
