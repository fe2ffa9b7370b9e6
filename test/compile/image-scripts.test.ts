// Runs the shell of image jobs for real, with stand-ins for buildkit and gcloud that write down how they
// were called: what was quoted must arrive as it was written.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  buildScript,
  type ImageBuild,
  removeImage,
  removeScript,
} from '../../src/compile/steps/image-scripts.ts';
import { Shell } from './shell.ts';

const NASTY = `it's "$HOME" \`id\` \\ \n #{}~*`;
let shell: Shell;
let home = '';

beforeEach(() => {
  shell = new Shell();
  home = shell.home;
  shell.standIn('timeout', 'shift; exec "$@"');
});
afterEach(() => shell[Symbol.dispose]());

function run(program: '/bin/sh' | '/bin/bash', script: string, env: Record<string, string> = {}) {
  const { status, stdout, stderr } = shell.run(program, script, env);
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
const standIn = (name: string, script: string) => shell.standIn(name, script);

/** Each argument in a line of its own, then the Dockerfile. */
function built(build: Partial<ImageBuild>, env: Record<string, string> = {}) {
  standIn(
    'buildctl-daemonless.sh',
    `for a; do printf '%s\\0' "$a"; case $a in dockerfile=*) d=\${a#dockerfile=};; filename=*) f=\${a#filename=};; esac; done; cat "$d/$f"`,
  );
  const image = 'registry.example/acme/base:test-pr-7-t';
  const script = buildScript({
    image,
    caches: ['r/base:cache-pr-7', 'r/base:cache'],
    cloud: 'gcp',
    dockerfile: { text: 'FROM scratch' },
    contextPath: null,
    buildArgs: [],
    ...build,
  });
  const output = run('/bin/sh', script, { REGISTRY: 'registry.example', ...env }).split('\0');
  return { args: output.slice(0, -1), dockerfile: output.at(-1) };
}

describe('S6.4 the shell of an image build', () => {
  it('hands over text, names and arguments unchanged', () => {
    const { args, dockerfile } = built({
      dockerfile: { text: NASTY },
      contextPath: join(home, "it's a context"),
      buildArgs: [{ name: 'NASTY', value: NASTY }],
    });
    expect(dockerfile).toBe(`${NASTY}\n`);
    expect(args).toContain(`build-arg:NASTY=${NASTY}`);
    expect(args).toContain(`context=${join(home, "it's a context")}`);
    expect(args).toContain('type=image,name=registry.example/acme/base:test-pr-7-t,push=true');
  });

  it('takes a Dockerfile of the repository where it is, unless it is a template', () => {
    const path = join(home, "Docker'file");
    writeFileSync(path, 'FROM scratch\n');
    expect(built({ dockerfile: { path, values: {} } }).args).toContain(`dockerfile=${home}`);

    writeFileSync(path, 'FROM {{ base }}\n');
    writeFileSync(`${path}.dockerignore`, 'node_modules\n');
    writeFileSync(join(home, 'jinja2_render.py'), '');
    standIn('python3', 'printf "%s" "$2" > "$4"');
    const { args, dockerfile } = built({ dockerfile: { path, values: { base: NASTY } } });
    expect(JSON.parse(dockerfile ?? '')).toEqual({ base: NASTY });
    const folder = args.find((arg) => arg.startsWith('dockerfile='))?.slice('dockerfile='.length);
    expect(readFileSync(join(folder ?? '', "Docker'file.dockerignore"), 'utf8')).toBe(
      'node_modules\n',
    );
  });

  it('fails when the Dockerfile is not there', () => {
    expect(() => built({ dockerfile: { path: join(home, 'none'), values: {} } })).toThrow();
  });

  it("logs in with the cloud's key", () => {
    const key = join(home, 'key.json');
    writeFileSync(key, `{"it's": "a key"}\n`);
    built({}, { GOOGLE_APPLICATION_CREDENTIALS: key });
    const { auths } = JSON.parse(readFileSync(join(home, '.docker/config.json'), 'utf8'));
    const login = Buffer.from(auths['registry.example'].auth, 'base64').toString();
    expect(login).toBe(`_json_key:{"it's": "a key"}\n`);
  });
});

describe('S6.4 the shell that removes an image', () => {
  it('removes the tag', () => {
    standIn('gcloud', `echo "$@" >> "${home}/calls"`);
    const key = join(home, 'key.json');
    writeFileSync(key, '{}');
    run('/bin/bash', removeScript('r/base:tag', 'gcp'), { GOOGLE_APPLICATION_CREDENTIALS: key });
    expect(readFileSync(join(home, 'calls'), 'utf8').trim().split('\n')).toEqual([
      `-q auth activate-service-account --key-file=${key}`,
      '-q artifacts docker tags delete r/base:tag',
    ]);
  });

  it("removes the tag from Azure's registry", () => {
    const key = join(home, 'key.json');
    writeFileSync(key, '{"appId": "id", "password": "it\'s", "tenant": "t"}');
    standIn('az', `printf '%s ' "$@" >> "${home}/calls"; echo >> "${home}/calls"`);
    standIn('python3', 'for key; do :; done; echo "the-$key"');
    const script = removeScript('acme.azurecr.io/base:tag', 'azure');
    run('/bin/bash', script, { AZURE_APPLICATION_CREDENTIALS: key });
    expect(readFileSync(join(home, 'calls'), 'utf8').trim().split(' \n')).toEqual([
      'login --service-principal --username the-appId --password the-password --tenant the-tenant',
      'acr repository untag --name acme --image base:tag',
    ]);
  });

  it.each([
    ['gcp', 'ci-utils'],
    ['azure', 'mcr.microsoft.com/azure-cli'],
  ])("has the cloud's tool: %s", (cloud, image) => {
    expect(removeImage(cloud, 'ci-utils')).toBe(image);
  });

  it('does not fail the batch where it cannot', () => {
    standIn('sleep', 'exit 0');
    standIn('gcloud', 'exit 1');
    const key = join(home, 'key.json');
    writeFileSync(key, '{}');
    const env = { GOOGLE_APPLICATION_CREDENTIALS: key };
    expect(run('/bin/bash', removeScript('r/base:tag', 'gcp'), env)).toContain('it stays');
    expect(run('/bin/bash', removeScript('r/base:tag', 'moon'))).toContain('cloud moon');
  });

  it.each([
    ['no key is named', {}],
    ['the key is not there', { GOOGLE_APPLICATION_CREDENTIALS: '/nowhere/key.json' }],
  ])('does not touch the registry with another login when %s', (_what, env) => {
    standIn('gcloud', `echo "$@" >> "${home}/calls"`);
    expect(run('/bin/bash', removeScript('r/base:tag', 'gcp'), env)).toContain('the image stays');
    expect(existsSync(join(home, 'calls'))).toBe(false);
  });
});
