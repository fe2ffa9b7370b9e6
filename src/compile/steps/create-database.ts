// A `createDatabase2` step: a database on the namespace's MySQL server, with migrations. The passwords are
// made by a job of their own, which keeps them for the job that uses them.
import type { CreateDatabaseStep } from '../../../schemas/build-yaml.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { CompileRequest } from '../compile-request.ts';
import type { StepContext } from '../context.ts';
import type { Path, Problem } from '../problem.ts';
import {
  type Account,
  type Database,
  databaseScript,
  passwordsScript,
  type Shutdown,
} from './database-scripts.ts';
import { containerJob, inputFiles, keepFiles } from './job-body.ts';
import { onlyJobs, type StepJobs, type StepKind } from './step-kind.ts';

const PASSWORDS_TIMEOUT_SECONDS = 10 * 60;
/** Of a big table, a migration takes hours; one that takes days is not made by CI. */
const MIGRATIONS_TIMEOUT_SECONDS = 24 * 60 * 60;
/** MySQL's own limits. */
const USER_NAME_MAX = 32;
const SCHEMA_NAME_MAX = 64;

export function createDatabase(step: CreateDatabaseStep, request: CompileRequest): StepKind {
  return {
    exposed: {
      token: request.stepToken(step.name),
      admin_secret_name: secretName(step, 'admin'),
      user_secret_name: secretName(step, 'user'),
    },
    commandField: ['migrations'],
    compile: (context) => databaseJobs(step, request, context),
  };
}

const secretName = ({ databaseName }: CreateDatabaseStep, role: 'admin' | 'user'): string =>
  `sql-${databaseName}-${role}-config`;

function databaseJobs(
  step: CreateDatabaseStep,
  request: CompileRequest,
  context: StepContext,
): Result<StepJobs, Problem> {
  const image = context.expand({ image: step.image });
  if (!image.ok) return image;
  const namespace = context.namespace(step.namespace, ['namespace']);
  if (!namespace.ok) return namespace;
  const shutdowns = shutdownsOf(step, context);
  if (!shutdowns.ok) return shutdowns;
  const database = databaseOf(step, request, namespace.value, shutdowns.value);
  const tooLong = longName(database, [...context.path, 'databaseName']);
  if (tooLong) return err(tooLong);
  return ok(onlyJobs(draftJobs(step, request, database, image.value.image)));
}

function shutdownsOf(step: CreateDatabaseStep, context: StepContext): Result<Shutdown[], Problem> {
  const shutdowns: Shutdown[] = [];
  for (const [index, shutdown] of step.shutdowns.entries()) {
    const namespace = context.namespace(shutdown.namespace, ['shutdowns', index, 'namespace']);
    if (!namespace.ok) return namespace;
    shutdowns.push({ ...shutdown, namespace: namespace.value });
  }
  return ok(shutdowns);
}

function databaseOf(
  step: CreateDatabaseStep,
  request: CompileRequest,
  namespace: string,
  shutdowns: readonly Shutdown[],
): Database {
  const { databaseName: name, migrations } = step;
  const account = (role: 'admin' | 'user'): Account => {
    const user = userName(step, request, namespace, role);
    return { name: user, passwordFile: `/io/${user}.pwd`, secret: secretName(step, role) };
  };
  return {
    namespace,
    name,
    schema: schemaName(step, request, namespace),
    admin: account('admin'),
    user: account('user'),
    migrations,
    shutdowns,
  };
}

/** A server may be shared by namespaces. */
function schemaName(
  { name, databaseName }: CreateDatabaseStep,
  request: CompileRequest,
  namespace: string,
): string {
  switch (request.scope) {
    case 'test':
      return `${databaseName}-${request.stepToken(name)}`;
    case 'deploy':
      return databaseName;
    case 'dev':
      return `${namespace}-${databaseName}`;
  }
}

function userName(
  { name, databaseName }: CreateDatabaseStep,
  request: CompileRequest,
  namespace: string,
  role: 'admin' | 'user',
): string {
  switch (request.scope) {
    // A test's namespace leaves no room for more.
    case 'test':
      return request.stepToken(`${name}:${role}`);
    case 'deploy':
      return `${databaseName}-${role}`;
    case 'dev':
      return `${namespace}-${databaseName}-${role}`;
  }
}

function longName({ admin, schema }: Database, path: Path): Problem | null {
  const [what, name, most] =
    schema.length > SCHEMA_NAME_MAX
      ? ['database', schema, SCHEMA_NAME_MAX]
      : ['user', admin.name, USER_NAME_MAX];
  if (name.length <= most) return null;
  const message = `the ${what} would be called "${name}", and MySQL takes at most ${most} characters`;
  return { message, path };
}

function draftJobs(
  step: CreateDatabaseStep,
  request: CompileRequest,
  database: Database,
  image: string,
) {
  const accounts = [database.admin, database.user];
  const passwords = keepFiles(
    request,
    accounts.map(({ passwordFile }) => passwordFile),
  );
  const passwordsName = `${step.name}_create_passwords`;
  const { namespace } = database;
  return [
    {
      name: passwordsName,
      body: {
        ...containerJob(request, image, ['bash', '-c', passwordsScript(accounts)]),
        output_files: passwords.keep,
        timeout: PASSWORDS_TIMEOUT_SECONDS,
      },
    },
    {
      name: step.name,
      after: [passwordsName],
      body: {
        ...containerJob(request, image, ['bash', '-c', databaseScript(database)]),
        input_files: [...(inputFiles(request, step.inputs).input_files ?? []), ...passwords.fetch],
        secrets: [{ namespace, name: 'database-server-config', mount_path: '/sql-config' }],
        service_account: { namespace, name: 'admin' },
        // A migration that is cut off half-way is not undone.
        resources: { preemptible: false, cpu: request.scope === 'deploy' ? '4' : '1' },
        network: 'private' as const,
        timeout: MIGRATIONS_TIMEOUT_SECONDS,
      },
    },
  ];
}
