// What people write into files: build.yaml, templates and the settings. Each is taken, or refused with sentences.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfig } from '../../../src/core/config.ts';
import { NO_MARKS } from '../../../src/core/test-namespace.ts';
import { createCompiler } from '../../../src/loop/compiler.ts';
import { ParsedFiles } from '../../../src/loop/parsed-files.ts';
import { nodeRender } from '../../compile/engine.ts';
import { standInCode } from '../../compile/stand-ins.ts';
import { type Door, isClear } from '../door.ts';
import { ENVIRONMENT, settings } from '../settings.ts';

const GOLDEN = join(import.meta.dirname, '..', '..', '..', 'test', 'compile', 'golden');
const DEMO = join(import.meta.dirname, '..', '..', 'demo', 'project', 'build.yaml');
const render = nodeRender();

const goldenTexts = (): string[] =>
  readdirSync(GOLDEN)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => readFileSync(join(GOLDEN, name), 'utf8'));

export const buildYamlDoor: Door = {
  name: 'build-yaml',
  seeds: () => [...goldenTexts(), readFileSync(DEMO, 'utf8'), 'steps: []', ''],
  async enter(input) {
    const compiler = createCompiler(settings().config.document, render, new ParsedFiles());
    const plan = compiler.read({ id: 'id', text: input });
    if (!plan.ok) return isClear(plan.error.message) ? null : 'the mistake has no words';
    const file = { id: 'file', text: 'kind: Service\nimage: {{ code.sha }}\n' };
    for (const scope of ['test', 'deploy', 'dev'] as const) {
      const batch = plan.value.compile({
        ...{ scope, code: standInCode(scope), labels: [], steps: null, changedFiles: ['a', 'b/c'] },
        ...{ passedJobs: new Set<string>(), excludedSteps: [], token: 'fuzz' },
        ...{ namespaceMarks: NO_MARKS, devNamespace: 'alice' },
        files: new Map(plan.value.files.map((path) => [path, file])),
      });
      if (!batch.ok && !isClear(batch.error.message)) return 'the mistake has no words';
      if (batch.ok && batch.value.jobs.length === 0) return 'a batch without a job';
    }
    return null;
  },
};

const VALUES = {
  code: { sha: 'abc', short_str: 'pr-7', tags: ['x', 'y'], number: 7, 'a b': { c: null } },
  global: { cloud: 'gcp', domain: 'example.com' },
  deploy: false,
  default_ns: { name: 'ns' },
};

export const templateDoor: Door = {
  name: 'template',
  seeds: () => [
    'set -ex\n{% if global.cloud == "gcp" and not deploy %}\necho {{ code.sha }}\n{% endif %}\n',
    '{% for tag in code.tags %}{{ loop.index }} {{ tag | upper }}{% if not loop.last %}, {% endif %}{% endfor %}',
    '{{ code["a b"].c | default("none", true) }} {{ code.items() | list }} {{ "%s" % code.sha }}',
    '{% set x = [1, 2, 3] %}{{ x | map("string") | join("-") }} {{ x[1:] }} {{ x | sort(reverse=true) }}',
    '{% macro m(a, b=2) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{% raw %}{{ x }}{% endraw %}{# c #}',
    '{{ global | tojson }} {{ {"a": 1}.a }} {{ 1 if deploy else 2 }} {{ "a" ~ 1 }} {{ not_there }}',
  ],
  async enter(input) {
    const rendered = render(input, VALUES);
    if (rendered.ok) return typeof rendered.value === 'string' ? null : 'what came out is no text';
    if (!isClear(rendered.error.message)) return 'the mistake has no words';
    // The engine is as it was: what it rendered before it renders still.
    const after = render('{{ code.sha }}', VALUES);
    return after.ok && after.value === 'abc' ? null : 'it spoils the template that comes after it';
  },
};

export const configDoor: Door = {
  name: 'config',
  seeds: () => [
    ENVIRONMENT.SLUICE_CONFIG,
    JSON.stringify({ ...JSON.parse(ENVIRONMENT.SLUICE_CONFIG), labels: {}, committer: {} }),
    JSON.stringify({ ...JSON.parse(ENVIRONMENT.SLUICE_CONFIG), commit_message: '{title}' }),
    JSON.stringify({ ...JSON.parse(ENVIRONMENT.SLUICE_CONFIG), poll_every_seconds: 60 }),
  ],
  async enter(input) {
    const config = parseConfig({ ...ENVIRONMENT, SLUICE_CONFIG: input });
    if (!config.ok)
      return config.error.length > 0 && config.error.every(isClear) ? null : 'it says nothing';
    const unfit = config.value.branches.find(
      ({ owner, repo, branch }) => !(owner && repo && branch),
    );
    return unfit ? `a branch without a name: ${JSON.stringify(unfit.name)}` : null;
  },
};
