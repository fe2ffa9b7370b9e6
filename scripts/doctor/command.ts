// What `npm run doctor` does with its command line: reads the settings, the secrets and the build.yaml that are
// named, and has what was asked for looked at. Returns what is to be printed and the exit code.
import { isAbsolute, join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { BatchSecrets } from '../../schemas/config.ts';
import type { JobSpec } from '../../schemas/job-spec.ts';
import { googleTokens } from '../../src/clients/batch/credentials.ts';
import { fixedToken } from '../../src/clients/credentials.ts';
import type { Render } from '../../src/compile/render.ts';
import { batchSecret, parseDocument } from '../../src/core/config.ts';
import { jobsOfFile } from '../compile/file.ts';
import { jsonOf } from '../compile/json-file.ts';
import { Mistake, textOf } from '../compile/repository.ts';
import { examineBatch } from './batch.ts';
import { linesOf, verdictOf } from './finding.ts';

const EXIT_FAULT = 1;
const EXIT_USAGE = 2;

export const USAGE = `usage: npm run --silent doctor -- --batch --config FILE [OPTIONS]

Looks at what Sluice works with, as its settings name it, and changes nothing. Exit code 1 when it finds a fault.

  --batch              Hail Batch: the credentials, the user, the billing project, what a build.yaml asks for
  --config FILE        the settings (SLUICE_CONFIG)
  --secrets FILE       the secrets as one JSON object (default: the environment)
  --build FILE         a build.yaml; files that it names lie beside it
  --auth-url URL       Hail's auth service, if it does not stand beside Batch
  --help               this text
`;

export interface Surroundings {
  /** Relative paths are relative to it. */
  readonly from: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly render: () => Render;
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => number;
}

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export async function runDoctor(argv: readonly string[], surroundings: Surroundings): Promise<Ran> {
  try {
    const options = optionsOf(argv);
    if (options === null) return { status: 0, out: USAGE, err: '' };
    const findings = await examineBatch(patientOf(options, surroundings));
    const failed = findings.some(({ mark }) => mark === 'fault');
    const out = `${linesOf(findings)}\n\n${verdictOf(findings)}\n`;
    return { status: failed ? EXIT_FAULT : 0, out, err: '' };
  } catch (error) {
    if (error instanceof Mistake) return { status: EXIT_USAGE, out: '', err: `${error.message}\n` };
    throw error;
  }
}

type Options = NonNullable<ReturnType<typeof optionsOf>>;

/** @returns null when help was asked for @throws {Mistake} */
function optionsOf(argv: readonly string[]) {
  const { values } = read(argv);
  const { help, batch, config, ...others } = values;
  if (help) return null;
  if (!batch) throw new Mistake('say what to look at: --batch; --help tells more');
  if (config === undefined) throw new Mistake('--config names the file with the settings');
  return { config, ...others };
}

function read(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        batch: { type: 'boolean' },
        config: { type: 'string' },
        secrets: { type: 'string' },
        build: { type: 'string' },
        'auth-url': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    // What follows its first sentence is about the syntax of parseArgs.
    const why = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new Mistake(`${why}; --help tells more`);
  }
}

/** @throws {Mistake} */
function patientOf(
  { config, secrets, build, 'auth-url': authUrl }: Options,
  { from, environment, render, fetch, now }: Surroundings,
) {
  const here = (path: string): string => (isAbsolute(path) ? path : join(from, path));
  const parsed = parseDocument(textOf(here(config), config));
  if (!parsed.ok) throw new Mistake(parsed.error.join('\n'));
  const settings = parsed.value;
  const given = secrets === undefined ? environment : jsonOf(here(secrets), z.looseObject({}));
  const found = BatchSecrets.safeParse(given);
  const secret = found.success ? batchSecret(found.data) : null;
  if (secret === null)
    throw new Mistake(
      `neither BATCH_TOKEN nor a good BATCH_KEY is in ${secrets ?? 'the environment'}`,
    );
  const credentials =
    'key' in secret ? googleTokens(secret.key, { fetch, now }) : fixedToken(secret.token);
  const jobs = build === undefined ? null : jobsOf(here(build), here(config), render());
  return { settings, credentials, jobs, authUrl: authUrl ?? null, fetch, now };
}

/** Of a test and of a deploy. @throws {Mistake} */
const jobsOf = (buildYaml: string, config: string, render: Render): JobSpec[] =>
  (['test', 'deploy'] as const).flatMap((scope) =>
    jobsOfFile({ buildYaml, config, scope }, render),
  );
