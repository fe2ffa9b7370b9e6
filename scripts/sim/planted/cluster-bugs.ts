// Mistakes about namespaces: which are deleted, when, and which are forgotten.
import type { PlantedBug } from './planted-bug.ts';

export const clusterBugs: readonly PlantedBug[] = [
  {
    name: 'delete by the name alone',
    file: 'src/loop/work-in-cluster.ts',
    was: 'if (foreign !== null) return left(foreign);',
    becomes: '',
    sentence: 'A namespace with a test’s name is deleted, whoever has made it.',
  },
  {
    name: 'delete whatever the table says',
    file: 'src/core/test-namespace.ts',
    was: 'return ci === namespaces.ciNamespace;',
    becomes: 'return ci !== name;',
    sentence: 'Whatever carries our label is deleted, by whatever name.',
  },
  {
    name: 'delete what has come in its place',
    file: 'src/clients/kubernetes/kubernetes.ts',
    was: '        preconditions: { uid, resourceVersion },\n',
    becomes: '        preconditions: { resourceVersion: undefined, uid: undefined && uid },\n',
    sentence: 'What was looked at is deleted by its name, even when it is another by then.',
  },
  {
    name: 'take one without a batch for nobody’s',
    rare: true,
    file: 'src/core/judge-namespace.ts',
    was: 'const isNobodys = !stray && batchesReadAt !== null && batchesReadAt >= seen.at;',
    becomes: 'const isNobodys = !stray;',
    sentence: 'A namespace of a batch that was not read yet is deleted as nobody’s.',
  },
  {
    name: 'let one outlive its time',
    file: 'src/core/judge-namespace.ts',
    was: 'return overSince === null ? expiresAt :',
    becomes: 'return overSince === null ? null :',
    sentence: 'A namespace stays as long as its batch runs, however long that is.',
  },
  {
    name: 'submit before it is registered',
    file: 'src/loop/submit-batch.ts',
    was: '  register(loop, purpose, deployed);\n',
    becomes: '',
    sentence: 'A batch is submitted whose namespace nobody knows of.',
  },
  {
    name: 'leave it to the cleanup job',
    file: 'src/core/claim-namespaces.ts',
    was: 'live.has(batch) ? null : (row.overSince ?? now);',
    becomes: 'live.has(batch) ? null : null;',
    sentence: 'The namespace of a batch that is over is kept until its time is over.',
  },
  {
    name: 'forget what the cluster has',
    file: 'src/core/fold-namespaces.ts',
    was: '.filter(({ name }) => !names.has(name))',
    becomes: '.filter(({ name }) => !names.has(name) && name === null)',
    sentence: 'A namespace that lost storage knew of is left for ever.',
  },
  {
    name: 'look at the cluster all the time',
    file: 'src/core/judge-namespace.ts',
    was: '(polledAt !== null && namespacesReadAt < polledAt);',
    becomes: 'polledAt !== null;',
    sentence: 'The cluster is listed at every pass, and again as soon as it was.',
  },
  {
    name: 'read what is live but once',
    file: 'src/core/rollout.ts',
    was: 'return !isComplete(rollout) && polledAt !== null && rollout.read.at < polledAt;',
    becomes: 'return false;',
    sentence: 'What was not ready when a deploy ended is told as not ready for ever.',
  },
];
