// The shell of database jobs, for bash in the step's own image (mysql, kubectl, jq, python3): make
// passwords; make a database with an administrator and a user, give the cluster their credentials, apply
// the migrations that are not applied yet. Nothing here knows steps.
import { shellQuote } from '../shell-quote.ts';
import { KUBECTL } from './namespace-scripts.ts';

export interface Account {
  readonly name: string;
  /** Where the job finds its password. */
  readonly passwordFile: string;
  /** The secret that holds its credentials. */
  readonly secret: string;
}

export interface Migration {
  /** Letters, digits, . _ and -. */
  readonly name: string;
  readonly script: string;
  readonly online: boolean;
}

export interface Shutdown {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface Database {
  readonly namespace: string;
  /** As the step calls it; its tables of migrations bear this name. */
  readonly name: string;
  /** As the server calls it. */
  readonly schema: string;
  readonly admin: Account;
  readonly user: Account;
  readonly migrations: readonly Migration[];
  readonly shutdowns: readonly Shutdown[];
}

const PASSWORD_LENGTH = 32;
const STOP_SECONDS = 300;

/** POSIX sh. In a job of its own, so that a database job that runs twice finds the same passwords. */
export function passwordsScript(accounts: readonly Account[]): string {
  const files = accounts.map(({ passwordFile }) => shellQuote(passwordFile)).join(' ');
  return [
    'set -eu',
    'umask 077',
    `for file in ${files}; do`,
    `  LC_ALL=C tr -dc A-Za-z0-9 < /dev/urandom | head -c ${PASSWORD_LENGTH} > "$file"`,
    'done',
  ].join('\n');
}

export function databaseScript(database: Database): string {
  return [
    'set -euo pipefail',
    'umask 077',
    'work=$(mktemp -d)',
    'server() { mysql --defaults-extra-file=/sql-config/sql-config.cnf --batch --skip-column-names; }',
    ...ensureDatabase(database),
    ...secretFunctions(database),
    ...accountLines(database),
    ...migrationFunctions(database),
    ...database.migrations.map(
      ({ name, script, online }, index) =>
        `migrate ${index + 1} ${shellQuote(name)} ${shellQuote(script)} ${online}`,
    ),
    `echo "the database has all ${database.migrations.length} migrations"`,
  ].join('\n');
}

const sqlText = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
const sqlName = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
/** One statement or several, as the standard input of a client. */
const statement = (sql: string, client: string): string =>
  `printf '%s\\n' ${shellQuote(sql)} | ${client}`;

const ensureDatabase = ({ schema }: Database): string[] => [
  statement(`CREATE DATABASE IF NOT EXISTS ${sqlName(schema)};`, 'server'),
];

/**
 * Credentials in the form of the server's own, in a folder for each account. `configure` takes the
 * account's name, its password and the folder; `publish` the folder and the secret's name.
 */
const secretFunctions = ({ namespace, schema }: Database): string[] => [
  'configure() {',
  '  mkdir "$3"',
  '  cp /sql-config/*.pem "$3" 2> /dev/null || true',
  `  jq --arg user "$1" --arg password "$2" --arg db ${shellQuote(schema)} \\`,
  '    \'.user = $user | .password = $password | .db = $db\' /sql-config/sql-config.json > "$3/sql-config.json"',
  '  grep -vE \'^(user|password|database) *=\' /sql-config/sql-config.cnf > "$3/sql-config.cnf"',
  '  printf \'user=%s\\npassword=%s\\n\' "$1" "$2" >> "$3/sql-config.cnf"',
  '}',
  'publish() {',
  '  kubectl create secret generic "$2" --from-file="$1" --dry-run=client -o json \\',
  `    | ${KUBECTL} -n ${shellQuote(namespace)} apply -f -`,
  '}',
];

/**
 * An account whose secret is there already keeps its password: what uses the database has read it. The
 * administrator's credentials are then taken from the secret.
 */
function accountLines({ namespace, schema, admin, user }: Database): string[] {
  const get = `${KUBECTL} -n ${shellQuote(namespace)} get secret`;
  const account = (
    { name, passwordFile, secret }: Account,
    folder: string,
    rights: string,
  ): string[] => {
    const who = `${sqlText(name)}@'%'`;
    const password = '$(cat "$file")';
    return [
      `if [ -z "$(${get} ${shellQuote(secret)} --ignore-not-found -o name)" ]; then`,
      `  file=${shellQuote(passwordFile)}`,
      // The password is letters and digits, so it needs no quoting in SQL.
      `  printf "%s '%s'; %s '%s'; %s\\n" \\`,
      `    ${shellQuote(`CREATE USER IF NOT EXISTS ${who} IDENTIFIED BY`)} "${password}" \\`,
      `    ${shellQuote(`ALTER USER ${who} IDENTIFIED BY`)} "${password}" \\`,
      `    ${shellQuote(`GRANT ${rights} ON ${sqlName(schema)}.* TO ${who};`)} | server`,
      `  configure ${shellQuote(name)} "${password}" "$work/${folder}"`,
      `  publish "$work/${folder}" ${shellQuote(secret)}`,
      'fi',
    ];
  };
  return [
    ...account(admin, 'admin', 'ALL'),
    ...account(user, 'user', 'SELECT, INSERT, UPDATE, DELETE, EXECUTE'),
    'if [ ! -d "$work/admin" ]; then',
    '  mkdir "$work/admin"',
    `  ${get} ${shellQuote(admin.secret)} -o json > "$work/secret.json"`,
    '  for key in $(jq -r \'.data | keys[]\' "$work/secret.json"); do',
    '    jq -r --arg key "$key" \'.data[$key]\' "$work/secret.json" | base64 -d > "$work/admin/$key"',
    '  done',
    'fi',
    '# Where scripts of migrations find the credentials.',
    'export HAIL_DATABASE_CONFIG_FILE="$work/admin/sql-config.json"',
    `admin() { mysql --defaults-extra-file="$work/admin/sql-config.cnf" --batch --skip-column-names -D ${shellQuote(schema)}; }`,
  ];
}

/**
 * A database of n migrations has version n + 1. `migrate` takes the migration's number, its name, its
 * script, and whether it may run while the database is in use.
 */
function migrationFunctions({ name, shutdowns }: Database): string[] {
  const versions = sqlName(`${name}_migration_version`);
  const applied = sqlName(`${name}_migrations`);
  const create =
    `CREATE TABLE IF NOT EXISTS ${versions} (version BIGINT NOT NULL) ENGINE = InnoDB; ` +
    `INSERT INTO ${versions} SELECT 1 FROM DUAL WHERE NOT EXISTS (SELECT * FROM ${versions}); ` +
    `CREATE TABLE IF NOT EXISTS ${applied} (version BIGINT NOT NULL, name VARCHAR(100) NOT NULL, ` +
    'script_sha1 VARCHAR(40) NOT NULL, PRIMARY KEY (version)) ENGINE = InnoDB;';
  const record = `START TRANSACTION; UPDATE ${versions} SET version = %d; INSERT INTO ${applied} VALUES (%d, "%s", "%s"); COMMIT;\\n`;
  return [
    statement(create, 'admin'),
    `version=$(${statement(`SELECT version FROM ${versions};`, 'admin')})`,
    `${statement(`SELECT version, name FROM ${applied};`, 'admin')} > "$work/applied"`,
    'stopped=false',
    ...stopFunction(shutdowns),
    'migrate() {',
    '  local next=$(($1 + 1)) recorded',
    '  if [ "$version" -ge "$next" ]; then',
    '    recorded=$(awk -v version="$next" \'$1 == version { print $2 }\' "$work/applied")',
    '    if [ -n "$recorded" ] && [ "$recorded" != "$2" ]; then',
    '      echo "migration $1 was applied as $recorded and is $2 now: migrations can only be added at the end" >&2',
    '      exit 1',
    '    fi',
    '    return',
    '  fi',
    '  if ! "$4"; then stop; fi',
    '  echo "migration $1: $2"',
    '  case $3 in',
    '    *.py) python3 "$3" ;;',
    '    *) admin < "$3" ;;',
    '  esac',
    `  printf ${shellQuote(record)} "$next" "$next" "$2" "$(sha1sum < "$3" | cut -c 1-40)" | admin`,
    '  version=$next',
    '}',
  ];
}

/** The step that deploys them afterwards starts them again. */
function stopFunction(shutdowns: readonly Shutdown[]): string[] {
  const lines = shutdowns.flatMap(({ kind, namespace, name }) => {
    const kubectl = `${KUBECTL} -n ${shellQuote(namespace)}`;
    const resource = shellQuote(`${kind.toLowerCase()}/${name}`);
    return [
      `  if [ -n "$(${kubectl} get ${resource} --ignore-not-found -o name)" ]; then`,
      `    ${kubectl} scale ${resource} --replicas=0`,
      `    kubectl -n ${shellQuote(namespace)} wait --for=delete pod -l ${shellQuote(`app=${name}`)} --timeout=${STOP_SECONDS}s`,
      '  fi',
    ];
  });
  return ['stop() {', '  if "$stopped"; then return; fi', ...lines, '  stopped=true', '}'];
}
