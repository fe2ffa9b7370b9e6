// Which steps run: scope, cloud, labels, requested, excluded.
import { describe, expect, it } from 'vitest';
import { compiled, jobNames } from './support.ts';

const step = (name: string, fields: string) =>
  `- {kind: runImage, name: ${name}, image: x, script: y, ${fields}}\n`;
const file = `steps:\n${[
  step('base', ''),
  step('live', 'scopes: [deploy], dependsOn: [base]'),
  step('azure', 'clouds: [azure], dependsOn: [base]'),
  step('asked', 'runIfRequested: true, dependsOn: [base]'),
  step('top', 'dependsOn: [base, live, azure, asked]'),
  step(
    'heavy',
    'runIfRequested: true, scopes: [deploy], forceIfLabeled: [heavy], dependsOn: [asked]',
  ),
].join('')}`;

describe('S6.4 scopes, clouds, labels', () => {
  it.each([
    ['test', {}, ['base', 'top']],
    ['deploy', { scope: 'deploy' }, ['base', 'live', 'top']],
    ['another cloud', { cloud: 'azure' }, ['base', 'azure', 'top']],
    ['a label forces a step, whatever its scope', { labels: ['heavy'] }, ['base', 'top', 'heavy']],
    ['requested, with what it needs', { requestedSteps: ['top'] }, ['base', 'top']],
    ['only-if-requested', { requestedSteps: ['asked'] }, ['base', 'asked']],
    ['requested with a label', { requestedSteps: ['base'], labels: ['heavy'] }, ['base', 'heavy']],
    ['excluded in dev', { scope: 'dev', excludedSteps: ['base'] }, ['top']],
  ] as const)('%s', (_, overrides, names) => {
    expect(jobNames(file, overrides)).toEqual(names);
  });

  it('a dependency that exists but does not run here is no parent', () => {
    const batch = compiled(file);
    expect(batch.ok && batch.value.jobs.at(-1)?.parents).toEqual(['base']);
  });

  it('a step may stand before what it depends on', () => {
    const names = jobNames(`steps:\n${step('b', 'dependsOn: [a]')}${step('a', '')}`);
    expect(names).toEqual(['a', 'b']);
  });
});

describe('S6.11 an empty selection is an error, never an empty batch', () => {
  it.each([
    [{ requestedSteps: [] }, 'nothing to test: the list of requested steps is empty'],
    [
      { requestedSteps: [], chosenBy: 'changes' },
      'nothing to test: no step takes a changed file as input, and alwaysRunSteps names none that runs in any case',
    ],
    [{ requestedSteps: ['live'], scope: 'deploy', cloud: 'gcp', excludedSteps: [] }, null],
    [{ requestedSteps: ['nobody'] }, 'there is no step "nobody"'],
    [{ requestedSteps: ['toq'] }, 'there is no step "toq" (did you mean "top"?)'],
    [
      { excludedSteps: ['top'] },
      'steps can be excluded in scope dev only, not in test; leave the list of excluded steps empty',
    ],
    [{ scope: 'dev', excludedSteps: ['bas'] }, 'there is no step "bas" (did you mean "base"?)'],
  ] as const)('%j', (overrides, message) => {
    const batch = compiled(file, overrides);
    expect(batch.ok ? null : batch.error.message).toBe(message);
    if (!batch.ok) expect(batch.error).toMatchObject({ line: null, step: null });
  });

  it('a file without steps', () => {
    expect(jobNames('steps: []')).toMatchObject({
      message: 'nothing to test: no step runs in scope test on gcp',
    });
  });
});
