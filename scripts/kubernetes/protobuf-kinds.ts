/**
 * The numbers of the fields in the protocol buffers of those kinds that `kubectl create` makes, as
 * far as it fills them in. Everything else is sent as JSON.
 */
import { unsupportedBody } from './failure.ts';
import type { Field, FieldType, Message } from './protobuf.ts';

const text = (name: string): Field => ({ name, type: 'string' });
const texts = (name: string): Field => ({ name, type: 'string', many: true });
const int = (name: string): Field => ({ name, type: 'int' });
const bool = (name: string): Field => ({ name, type: 'bool' });
const map = (name: string, mapOf: 'string' | 'bytes' = 'string'): Field => ({
  name,
  type: { mapOf },
});
const one = (name: string, message: Message): Field => ({ name, type: { message } });
const many = (name: string, message: Message): Field => {
  const type: FieldType = { message };
  return { name, type, many: true };
};

const ownerReference: Message = {
  1: text('kind'),
  3: text('name'),
  4: text('uid'),
  5: text('apiVersion'),
  6: bool('controller'),
  7: bool('blockOwnerDeletion'),
};
const metadata: Message = {
  1: text('name'),
  2: text('generateName'),
  3: text('namespace'),
  5: text('uid'),
  6: text('resourceVersion'),
  11: map('labels'),
  12: map('annotations'),
  13: many('ownerReferences', ownerReference),
  14: texts('finalizers'),
};
const selector: Message = {
  1: map('matchLabels'),
  2: many('matchExpressions', { 1: text('key'), 2: text('operator'), 3: texts('values') }),
};
const container: Message = {
  1: text('name'),
  2: text('image'),
  3: texts('command'),
  4: texts('args'),
  6: many('ports', {
    1: text('name'),
    2: int('hostPort'),
    3: int('containerPort'),
    4: text('protocol'),
  }),
  7: many('env', { 1: text('name'), 2: text('value') }),
};
const podTemplate: Message = {
  1: one('metadata', metadata),
  2: one('spec', { 2: many('containers', container), 3: text('restartPolicy') }),
};
const deploymentSpec: Message = {
  1: int('replicas'),
  2: one('selector', selector),
  3: one('template', podTemplate),
};
const serviceSpec: Message = {
  1: many('ports', { 1: text('name'), 2: text('protocol'), 3: int('port'), 5: int('nodePort') }),
  2: map('selector'),
  3: text('clusterIP'),
  4: text('type'),
  10: text('externalName'),
};

const messages: Readonly<Record<string, Message>> = {
  'v1 Namespace': { 1: one('metadata', metadata), 2: one('spec', { 1: texts('finalizers') }) },
  'v1 ConfigMap': {
    1: one('metadata', metadata),
    2: map('data'),
    3: map('binaryData', 'bytes'),
    4: bool('immutable'),
  },
  'v1 Secret': {
    1: one('metadata', metadata),
    2: map('data', 'bytes'),
    3: text('type'),
    4: map('stringData'),
    5: bool('immutable'),
  },
  'v1 ServiceAccount': { 1: one('metadata', metadata) },
  'v1 Service': { 1: one('metadata', metadata), 2: one('spec', serviceSpec) },
  'apps/v1 Deployment': { 1: one('metadata', metadata), 2: one('spec', deploymentSpec) },
  'v1 DeleteOptions': {
    1: int('gracePeriodSeconds'),
    2: one('preconditions', { 1: text('uid'), 2: text('resourceVersion') }),
    4: text('propagationPolicy'),
    5: texts('dryRun'),
  },
};

/** @throws {Failure} 415 for a kind that is to be had as JSON only. */
export function protobufMessage(apiVersion: string, kind: string): Message {
  const message = messages[`${apiVersion} ${kind}`];
  if (!message) throw unsupportedBody(['application/json', 'application/yaml']);
  return message;
}
