/**
 * `buildctl build` as a job of the local Batch sees it: checks that the Dockerfile parses and that
 * the context has what it copies, then records the image in the bucket, under images/. A record
 * stands for the image; nothing is built, so RUN lines are not tested here.
 */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { copiedPaths, parseDockerfile } from './dockerfile.ts';

interface Build {
  readonly context: string;
  readonly dockerfile: string;
  readonly buildArgs: ReadonlyMap<string, string>;
  readonly names: readonly string[];
}

/** @throws {Error} with a sentence for whoever wrote the command. */
function readCommand(args: readonly string[]): Build {
  const { values, positionals } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    options: {
      frontend: { type: 'string' },
      local: { type: 'string', multiple: true },
      opt: { type: 'string', multiple: true },
      output: { type: 'string', multiple: true },
      'export-cache': { type: 'string', multiple: true },
      'import-cache': { type: 'string', multiple: true },
      progress: { type: 'string' },
      trace: { type: 'string' },
      secret: { type: 'string', multiple: true },
      ssh: { type: 'string', multiple: true },
    },
  });
  if (positionals[0] !== 'build') throw new Error('only `build` is known to this stand-in');
  if (values.frontend !== 'dockerfile.v0') throw new Error('--frontend dockerfile.v0 is missing');
  const local = settings(values.local);
  const opt = settings(values.opt);
  const context = local.get('context');
  const dockerfileDir = local.get('dockerfile') ?? context;
  if (context === undefined || dockerfileDir === undefined) {
    throw new Error('--local context=DIR is missing');
  }
  const buildArgs = [...opt].flatMap(([key, value]): [string, string][] =>
    key.startsWith('build-arg:') ? [[key.slice('build-arg:'.length), value]] : [],
  );
  return {
    context,
    dockerfile: join(dockerfileDir, opt.get('filename') ?? 'Dockerfile'),
    buildArgs: new Map(buildArgs),
    names: strings(values.output).flatMap(imageNames),
  };
}

/** Every complaint at once, so that one run shows all that is to be mended. */
function complaints(build: Build): string[] {
  if (!existsSync(build.context) || !statSync(build.context).isDirectory()) {
    return [`the context ${build.context} is not a folder`];
  }
  if (!existsSync(build.dockerfile)) return [`there is no Dockerfile at ${build.dockerfile}`];
  const instructions = parseDockerfile(readFileSync(build.dockerfile, 'utf8'));
  return copiedPaths(instructions, build.buildArgs)
    .filter(({ path }) => !isInContext(path, build.context))
    .map(({ line, path }) => `Dockerfile line ${line}: ${path} is not in the context`);
}

function isInContext(path: string, context: string): boolean {
  const inside = path.replace(/^\/+/, '');
  if (inside.split('/').includes('..')) return false;
  if (existsSync(join(context, inside))) return true;
  return /[*?[]/.test(inside) && globSync(inside, { cwd: context }).length > 0;
}

function recordImages(build: Build, bucketDir: string): void {
  const digest = createHash('sha256').update(readFileSync(build.dockerfile)).digest('hex');
  const folder = join(bucketDir, 'images');
  mkdirSync(folder, { recursive: true });
  for (const name of build.names) {
    const record = { name, dockerfile: `sha256:${digest}`, time: new Date().toISOString() };
    const path = join(folder, `${encodeURIComponent(name)}.json`);
    writeFileSync(path, `${JSON.stringify(record, null, 2)}\n`);
    console.log(`recorded image ${name}`);
  }
}

/** The names in `type=image,name=A,push=true`; several stand in quotes: `"name=A,B"`. */
function imageNames(output: string): string[] {
  const fields = output.match(/"[^"]*"|[^,]+/g) ?? [];
  const name = fields.map((field) => field.replaceAll('"', '')).find((f) => f.startsWith('name='));
  return name === undefined ? [] : name.slice('name='.length).split(',');
}

function settings(values: unknown): Map<string, string> {
  return new Map(
    strings(values).map((value): [string, string] => {
      const at = value.indexOf('=');
      return at < 0 ? [value, ''] : [value.slice(0, at), value.slice(at + 1)];
    }),
  );
}

/** With `strict: false` an option may come out as a boolean: one without its value. */
function strings(values: unknown): string[] {
  return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [];
}

try {
  const build = readCommand(process.argv.slice(2));
  const wrong = complaints(build);
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  const bucketDir = process.env['LOCAL_BATCH_BUCKET_DIR'];
  if (!bucketDir) throw new Error('LOCAL_BATCH_BUCKET_DIR is not set: run this as a job');
  recordImages(build, bucketDir);
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
