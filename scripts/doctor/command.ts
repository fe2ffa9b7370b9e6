// What `npm run doctor` does with its command line: reads the settings, the secrets and the build.yaml that are
// named, and has what was asked for looked at. Returns what is to be printed and the exit code.
import { isAbsolute, join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { BatchSecrets, type ConfigDocument, GithubSecrets } from '../../schemas/config.ts';
import type { Finding } from '../../schemas/diagnosis.ts';
import type { JobSpec } from '../../schemas/job-spec.ts';
import { googleTokens } from '../../src/clients/batch/credentials.ts';
import { fixedToken } from '../../src/clients/credentials.ts';
import type { Render } from '../../src/compile/render.ts';
import { batchSecret, githubSecret, parseDocument, type Secrets } from '../../src/core/config.ts';
import { jobsOfFile } from '../compile/file.ts';
import { jsonOf } from '../compile/json-file.ts';
import { Mistake, textOf } from '../compile/repository.ts';
import { type BatchPatient, examineBatch } from './batch.ts';
import { linesOf, verdictOf } from './finding.ts';
import { byApp } from './github/app.ts';
import { examineGithub, type GithubPatient } from './github/examine.ts';
import { byToken } from './github/who.ts';
import { examineLive, type LivePatient } from './live/examine.ts';

const EXIT_FAULT = 1;
const EXIT_USAGE = 2;
const UNCHANGED = 'nothing was changed';
const CLEANED = '“cleaning up” tells what is left';

export const USAGE = `usage: npm run --silent doctor -- [--batch] [--github] --config FILE [OPTIONS]
       npm run --silent doctor -- --live OWNER/REPO --yes --config FILE [--secrets FILE]

Looks at what Sluice works with, as its settings name it, and changes nothing. Exit code 1 when it finds a fault.

  --batch              Hail Batch: the credentials, the user, the billing project, what a build.yaml asks for
  --github             GitHub: the credentials, the repositories, their webhooks, the rules of the branches
                       (both, when neither is given)
  --live OWNER/REPO    whether GitHub behaves as Sluice counts on: makes branches, a pull request and a landing
                       in a repository that is for nothing else, and takes them away again
  --yes                it may write there
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
  readonly sleep: LivePatient['sleep'];
  /** From now on, whoever interrupts the doctor aborts this instead of ending it. */
  readonly interruption: () => AbortSignal;
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
    const cases = casesOf(options, surroundings);
    const findings = await examine(cases);
    const failed = findings.some(({ mark }) => mark === 'fault');
    const verdict = verdictOf(findings, cases.live === null ? UNCHANGED : CLEANED);
    const out = `${linesOf(findings)}\n\n${verdict}\n`;
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
  const { help, batch = false, github = false, live, config, ...others } = values;
  if (help) return null;
  if (config === undefined) throw new Mistake('--config names the file with the settings');
  if (live !== undefined && (batch || github))
    throw new Mistake('--live goes alone: --batch and --github change nothing, and it does');
  const all = !batch && !github && live === undefined;
  return { config, live, batch: batch || all, github: github || all, ...others };
}

function read(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        batch: { type: 'boolean' },
        github: { type: 'boolean' },
        live: { type: 'string' },
        yes: { type: 'boolean' },
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

/** What is looked at, one after the other: all that is needed is there before anything is asked. */
interface Cases {
  readonly batch: BatchPatient | null;
  readonly github: GithubPatient | null;
  readonly live: LivePatient | null;
}

async function examine({ batch, github, live }: Cases): Promise<Finding[]> {
  return [
    ...(live === null ? [] : await examineLive(live)),
    ...(github === null ? [] : await examineGithub(github)),
    ...(batch === null ? [] : await examineBatch(batch)),
  ];
}

/** @throws {Mistake} */
function casesOf(options: Options, surroundings: Surroundings): Cases {
  const here = hereFrom(surroundings);
  const parsed = parseDocument(textOf(here(options.config), options.config));
  if (!parsed.ok) throw new Mistake([`${options.config}:`, ...parsed.error].join('\n'));
  const settings = parsed.value;
  const { live } = options;
  const mistakes: string[] = [];
  const attempt = <T>(make: () => T): T | null => {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof Mistake)) throw error;
      mistakes.push(error.message);
      return null;
    }
  };
  const cases = {
    batch: options.batch ? attempt(() => batchPatient(settings, options, surroundings)) : null,
    github: options.github ? attempt(() => githubPatient(settings, options, surroundings)) : null,
    live:
      live === undefined ? null : attempt(() => livePatient(live, settings, options, surroundings)),
  };
  if (mistakes.length > 0) throw new Mistake(mistakes.join('\n'));
  return cases;
}

/** @throws {Mistake} */
function livePatient(
  repository: string,
  settings: ConfigDocument,
  options: Options,
  surroundings: Surroundings,
): LivePatient {
  if (!/^[^/\s]+\/[^/\s]+$/.test(repository))
    throw new Mistake(`--live takes a repository as OWNER/NAME, not '${repository}'`);
  const watched = settings.branches.find(({ branch }) =>
    branch.toLowerCase().startsWith(`${repository.toLowerCase()}:`),
  );
  if (watched !== undefined)
    throw new Mistake(
      `Sluice watches ${watched.branch}: --live takes a repository for nothing else`,
    );
  if (!options.yes)
    throw new Mistake(
      `--live makes branches, commits and a pull request in ${repository}; say --yes if it may`,
    );
  const secret = githubSecretOf(settings, options, surroundings);
  const { fetch, now, sleep, interruption } = surroundings;
  return { site: { settings, secret, repository, fetch, now }, sleep, signal: interruption() };
}

const hereFrom =
  ({ from }: Surroundings) =>
  (path: string): string =>
    isAbsolute(path) ? path : join(from, path);

/** @throws {Mistake} */
function secretsOf<T extends z.ZodType>(
  { secrets }: Options,
  surroundings: Surroundings,
  schema: T,
  wanted: string,
): z.infer<T> {
  const here = hereFrom(surroundings);
  const given =
    secrets === undefined ? surroundings.environment : jsonOf(here(secrets), z.looseObject({}));
  const found = schema.safeParse(given);
  if (found.success) return found.data;
  throw new Mistake(`${wanted} is in ${secrets ?? 'the environment'}`);
}

/** @throws {Mistake} */
function githubPatient(
  settings: ConfigDocument,
  options: Options,
  surroundings: Surroundings,
): GithubPatient {
  const secret = githubSecretOf(settings, options, surroundings);
  const { fetch, now } = surroundings;
  return {
    settings,
    identify:
      'app' in secret
        ? byApp({ settings, app: secret.app, fetch, now })
        : byToken({ github: settings.github, token: secret.token, fetch, now }),
  };
}

/** A token, or the key of the App that the settings name. @throws {Mistake} */
function githubSecretOf(
  settings: ConfigDocument,
  options: Options,
  surroundings: Surroundings,
): Secrets['github'] {
  const wanted = 'neither a GITHUB_TOKEN nor a GITHUB_APP_KEY in PEM';
  const given = secretsOf(options, surroundings, GithubSecrets, wanted);
  const secret = githubSecret(given, settings.github.app_id);
  if (secret.ok) return secret.value;
  throw new Mistake(secret.error);
}

/** @throws {Mistake} */
function batchPatient(
  settings: ConfigDocument,
  options: Options,
  surroundings: Surroundings,
): BatchPatient {
  const { fetch, now, render } = surroundings;
  const secret = secretsOf(
    options,
    surroundings,
    OneBatchSecret,
    'neither BATCH_TOKEN nor a good BATCH_KEY',
  );
  const credentials =
    'key' in secret ? googleTokens(secret.key, { fetch, now }) : fixedToken(secret.token);
  const { build, config, 'auth-url': authUrl } = options;
  const here = hereFrom(surroundings);
  const jobs = build === undefined ? null : jobsOf(here(build), here(config), render());
  return { settings, credentials, jobs, authUrl: authUrl ?? null, fetch, now };
}

const OneBatchSecret = BatchSecrets.transform((secrets, context) => {
  const secret = batchSecret(secrets);
  if (secret !== null) return secret;
  context.addIssue('expected one of them');
  return z.NEVER;
});

/** Of a test and of a deploy. @throws {Mistake} */
const jobsOf = (buildYaml: string, config: string, render: Render): JobSpec[] =>
  (['test', 'deploy'] as const).flatMap((scope) =>
    jobsOfFile({ buildYaml, config, scope }, render),
  );
