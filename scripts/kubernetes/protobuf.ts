/**
 * Reads the protocol buffers in which newer kubectls send what `kubectl create` makes. Only the wire
 * format; what the numbers mean is in protobuf-kinds.ts.
 */
import { badRequest } from './failure.ts';

export type FieldType =
  | 'string'
  | 'bytes'
  | 'int'
  | 'bool'
  | { readonly message: Message }
  | { readonly mapOf: 'string' | 'bytes' };

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly many?: boolean;
}

/** By field number. What is not named is skipped. */
export type Message = Readonly<Record<number, Field>>;

const kubernetesMark = Buffer.from('k8s\0');

/** The object as JSON would say it. @throws {Failure} 400, or what `messageOf` throws */
export function readProtobuf(
  body: Buffer,
  messageOf: (apiVersion: string, kind: string) => Message,
): unknown {
  if (!body.subarray(0, 4).equals(kubernetesMark)) {
    throw badRequest('the body does not begin as protocol buffers of Kubernetes do');
  }
  const envelope = new Map(parts(body.subarray(4)));
  const type = new Map(parts(bytesOf(envelope.get(1))));
  const apiVersion = bytesOf(type.get(1)).toString();
  const kind = bytesOf(type.get(2)).toString();
  const raw = bytesOf(envelope.get(2));
  return { apiVersion, kind, ...readMessage(raw, messageOf(apiVersion, kind)) };
}

function readMessage(body: Buffer, message: Message): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const [number, value] of parts(body)) {
    const field = message[number];
    if (!field) continue;
    const { name, type } = field;
    if (typeof type === 'object' && 'mapOf' in type) {
      const pair = new Map(parts(bytesOf(value)));
      const own = readValue(pair.get(2) ?? Buffer.alloc(0), type.mapOf);
      read[name] = { ...Object(read[name]), [bytesOf(pair.get(1)).toString()]: own };
    } else if (field.many) {
      read[name] = [...(Array.isArray(read[name]) ? read[name] : []), readValue(value, type)];
    } else {
      const own = readValue(value, type);
      // A text that was never given is sent as an empty one.
      if (own !== '') read[name] = own;
    }
  }
  return read;
}

function readValue(value: Buffer | bigint, type: Exclude<FieldType, { mapOf: unknown }>): unknown {
  switch (type) {
    case 'string':
      return bytesOf(value).toString();
    case 'bytes':
      return bytesOf(value).toString('base64');
    case 'int':
      return Number(value);
    case 'bool':
      return value === 1n;
    default:
      return readMessage(bytesOf(value), type.message);
  }
}

function* parts(body: Buffer): Generator<[number, Buffer | bigint]> {
  for (let at = 0; at < body.length; ) {
    const [key, afterKey] = varint(body, at);
    const number = Number(key >> 3n);
    const wire = Number(key & 7n);
    if (wire === 0) {
      const [value, next] = varint(body, afterKey);
      yield [number, BigInt.asIntN(64, value)];
      at = next;
    } else if (wire === 2) {
      const [size, start] = varint(body, afterKey);
      at = start + Number(size);
      if (at > body.length) throw badRequest('the body ends in the middle of a field');
      yield [number, body.subarray(start, at)];
    } else {
      at = afterKey + (wire === 1 ? 8 : 4);
    }
  }
}

function varint(body: Buffer, start: number): [bigint, number] {
  let value = 0n;
  for (let at = start, shift = 0n; ; at += 1, shift += 7n) {
    const byte = body[at];
    if (byte === undefined) throw badRequest('the body ends in the middle of a number');
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return [value, at + 1];
  }
}

function bytesOf(value: Buffer | bigint | undefined): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
}
