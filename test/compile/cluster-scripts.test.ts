// Runs the shell of namespace, deploy and database jobs, with stand-ins for kubectl and mysql that write
// down how they were called: what is done, in which order, and that every wait ends.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Wait } from '../../schemas/build-yaml.ts';
import {
  type Database,
  databaseScript,
  passwordsScript,
} from '../../src/compile/steps/database-scripts.ts';
import {
  deployScript,
  deployTimeoutSeconds,
  logsScript,
} from '../../src/compile/steps/deploy-scripts.ts';
import {
  createNamespaceScript,
  deleteNamespaceScript,
} from '../../src/compile/steps/namespace-scripts.ts';
import { Shell } from './shell.ts';

const NASTY = `it's "$HOME" \`id\` \\ #{}~*`;
let shell: Shell;
beforeEach(() => {
  shell = new Shell();
  shell.standIn('sleep', 'exit 0');
  shell.standIn('timeout', 'shift; exec "$@"');
});
afterEach(() => shell[Symbol.dispose]());

const bash = (script: string) => shell.run('/bin/bash', script);
/** A kubectl that keeps what is applied, then does what the POSIX shell given says. */
const kubectl = (script = '') =>
  shell.witness(
    'kubectl',
    `case "$*" in *' apply '*) cat >> "${shell.path('applied')}" ;; esac\n${script}`,
  );
const applied = () => readFileSync(shell.path('applied'), 'utf8');
/** Calls of kubectl, without what they have in common. */
const calls = () =>
  shell.calls().map((call) => call.replace('kubectl ', '').replace('--request-timeout=60s ', ''));

describe('S6.4 the shell that makes a namespace', () => {
  const marks = { labels: { 'sluice/branch': 'x' }, annotations: { says: NASTY } };
  const named = (namespace: string) => ({ namespace, marks });
  /** Keeps what is applied; has the secrets that exist as files. */
  const cluster = () => {
    kubectl(
      `case "$*" in
        *' create -f -') cat > "${shell.path('created')}" ;;
        *'get namespace'*) exit 1 ;;
        *jsonpath*) echo token ;;
        *'get secret'*) shift 5; cat "${shell.path('secrets')}/$1" 2> /dev/null ;;
      esac; true`,
    );
    shell.standIn('jq', 'cat');
  };

  it('makes it with an account for the jobs in it, and copies secrets', () => {
    cluster();
    shell.write('secrets/one', `{"data": "${'x'.repeat(10)}"}`);
    const secrets = [
      { name: 'one', optional: false },
      { name: 'two', optional: true },
    ];
    const { status, stdout } = bash(
      createNamespaceScript(named('pr-1-default-x'), 'default', secrets),
    );
    expect(status).toBe(0);
    expect(stdout).toContain('no secret two in namespace default (it is optional)');
    const [list = '', secret] = applied().trim().split('\n');
    const items: { kind: string; metadata: { namespace: string } }[] = JSON.parse(list).items;
    expect(items.map(({ kind }) => kind)).toEqual([
      'ServiceAccount',
      'Secret',
      'Role',
      'RoleBinding',
    ]);
    expect(new Set(items.map(({ metadata }) => metadata.namespace))).toEqual(
      new Set(['pr-1-default-x']),
    );
    expect(secret).toBe('{"data": "xxxxxxxxxx"}');
    expect(JSON.parse(readFileSync(shell.path('created'), 'utf8'))).toEqual({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'pr-1-default-x', ...marks },
    });
    expect(calls().filter((call) => !call.includes('get'))).toEqual([
      'create -f -',
      'apply -f -',
      '-n pr-1-default-x apply -f -',
    ]);
  });

  it('leaves one that is there as it is: a job that was interrupted runs again', () => {
    kubectl('case "$*" in *jsonpath*) echo token ;; esac');
    expect(bash(createNamespaceScript(named('pr-1'), 'default', [])).status).toBe(0);
    expect(calls().filter((call) => call.includes('create'))).toEqual([]);
  });

  it('fails for want of a secret that is not optional, and says which', () => {
    cluster();
    const wanted = [{ name: 'gone', optional: false }];
    const { status, stderr } = bash(createNamespaceScript(named('pr-1'), 'default', wanted));
    expect(status).toBe(1);
    expect(stderr).toContain('no secret gone in namespace default');
  });

  it('does not wait for ever for the token', () => {
    kubectl();
    const script = createNamespaceScript(named('pr-1'), 'default', []).replace(/\+ 120\)/, '+ 0)');
    const { status, stderr } = bash(script);
    expect(status).toBe(1);
    expect(stderr).toContain('got no token');
  });
});

describe('S6.6 the shell that deletes a namespace', () => {
  it('deletes it, and is content when it is gone', () => {
    shell.witness('kubectl');
    expect(bash(deleteNamespaceScript('pr-1')).status).toBe(0);
    expect(calls()).toEqual(['delete namespace pr-1 --ignore-not-found --timeout=300s']);
  });

  it('tries again, within a time, and does not fail the batch where it cannot', () => {
    shell.witness('kubectl', 'exit 1');
    const { status, stdout } = bash(deleteNamespaceScript('pr-1'));
    expect([status, stdout.trim()]).toEqual([0, 'could not delete the namespace; it stays: pr-1']);
    expect(calls()).toHaveLength(3);
  });
});

describe('S6.4 the shell of a deploy', () => {
  const waits: Wait[] = [
    { kind: 'Service', name: 'app', for: 'alive', resource_type: 'StatefulSet', timeout: 0.5 },
    { kind: 'Deployment', name: 'worker', for: 'available' },
    { kind: 'StatefulSet', name: 'queue', for: 'available' },
    { kind: 'Pod', name: 'job', for: 'completed', timeout: 20 },
  ];

  it('applies the configuration as it is, then waits for each, within a time', () => {
    kubectl('case "$*" in *jsonpath*) echo Succeeded ;; esac');
    expect(bash(deployScript('ns', `kind: Pod\nsays: ${NASTY}`, waits)).status).toBe(0);
    expect(applied()).toBe(`kind: Pod\nsays: ${NASTY}\n`);
    expect(calls()).toEqual([
      '-n ns apply -f -',
      '-n ns rollout status --timeout=1s statefulset/app',
      '-n ns get service app',
      '-n ns rollout status --timeout=1800s deployment/worker',
      '-n ns rollout status --timeout=1800s statefulset/queue',
      '-n ns get pod job --ignore-not-found -o jsonpath={.status.phase}',
    ]);
    expect(deployTimeoutSeconds(waits)).toBe(600 + 1 + 1800 + 1800 + 20);
  });

  it('shows what a person would look at when something does not come up', () => {
    kubectl('case "$*" in *rollout*) exit 1 ;; *logs*) echo the log ;; esac');
    const { status, stdout, stderr } = bash(deployScript('ns', 'kind: Pod', waits.slice(1, 2)));
    expect(status).toBe(1);
    expect(stderr).toContain('deployment/worker did not come up in time');
    expect(stdout).toContain('the log');
    expect(calls().slice(2)).toEqual([
      '-n ns describe deployment/worker',
      '-n ns get pods -o wide -l app=worker',
      '-n ns logs --all-containers --prefix --tail=500 -l app=worker',
    ]);
  });

  it.each([
    ['Failed', 20],
    ['Pending', 0.001],
  ])('a pod that is %s ends the wait', (phase, timeout) => {
    kubectl(`case "$*" in *jsonpath*) echo ${phase} ;; esac`);
    const wait: Wait = { kind: 'Pod', name: 'job', for: 'completed', timeout };
    const { status, stderr } = bash(deployScript('ns', 'kind: Pod', [wait]));
    expect([status, stderr.trim()]).toEqual([1, 'pod/job did not come up in time']);
  });

  it('has nothing to apply when the template is empty in this scope', () => {
    shell.witness('kubectl');
    const { status, stdout } = bash(deployScript('ns', '\n# nothing here\n---\n', []));
    expect([status, shell.calls()]).toEqual([0, []]);
    expect(stdout).toContain('nothing to apply');
  });

  it('shows all logs afterwards, and never fails', () => {
    shell.witness('kubectl', 'exit 1');
    const { status, stdout } = bash(logsScript('ns', waits));
    expect(status).toBe(0);
    expect(stdout).toContain('== logs of Pod job');
    expect(calls().at(-1)).toBe('-n ns logs --all-containers --prefix --tail=20000 pod/job');
  });
});

describe('S6.4 the shell of a database', () => {
  const account = (role: string) => ({
    name: `shop-${role}`,
    passwordFile: shell.path(`shop-${role}.pwd`),
    secret: `sql-shop-${role}-config`,
  });
  const database = (change: Partial<Database> = {}): Database => ({
    namespace: 'ns',
    name: 'shop',
    schema: 'shop-x',
    admin: account('admin'),
    user: account('user'),
    migrations: [
      { name: 'one', script: shell.write('sql/one.sql', 'CREATE TABLE a;'), online: true },
      { name: 'two', script: shell.write('sql/two.py', 'print()'), online: false },
      { name: 'three', script: shell.write('sql/three.sql', 'CREATE TABLE c;'), online: false },
    ],
    shutdowns: [{ kind: 'Deployment', namespace: 'ns', name: 'shop' }],
    ...change,
  });

  /** A server whose database has `version`; mysql and kubectl write into one log. */
  const server = (version: number, names: readonly string[] = []) => {
    const applied = names.map((name, index) => `${index + 2}\t${name}`).join('\n');
    shell.write('applied', applied);
    shell.standIn(
      'mysql',
      `sql=$(cat); echo "mysql $sql" >> "${shell.path('calls')}"
      case $sql in
        'SELECT version FROM'*) echo ${version} ;;
        'SELECT version, name'*) cat "${shell.path('applied')}" ;;
      esac`,
    );
    shell.witness(
      'kubectl',
      'case "$*" in *"get deployment"*) echo it ;; *apply*) cat > /dev/null ;; esac',
    );
    shell.witness('python3');
    shell.standIn('jq', 'case "$*" in *keys*) echo sql-config.cnf ;; *) echo e30= ;; esac');
    shell.standIn('sha1sum', `cat > /dev/null; echo "${'0a'.repeat(20)}  -"`);
    shell.write('sql-config/sql-config.cnf', '[client]\nhost=h\nuser=root\npassword="r"\n');
    shell.write('sql-config/sql-config.json', '{}');
    shell.write('shop-admin.pwd', 'adminpassword');
    shell.write('shop-user.pwd', 'userpassword');
  };
  const run = (change: Partial<Database> = {}) =>
    bash(
      databaseScript(database(change)).replaceAll('/sql-config/', `${shell.path('sql-config')}/`),
    );
  const log = () =>
    shell
      .calls()
      .filter((call) => /^(mysql (CREATE TABLE (a|c)|START)|python3|.* (scale|wait) )/.test(call))
      .map((call) => call.replaceAll(shell.home, '').replace('--request-timeout=60s ', ''));

  it('makes passwords that only the job can read', () => {
    const accounts = [account('admin'), account('user')];
    expect(shell.run('/bin/sh', passwordsScript(accounts)).status).toBe(0);
    const [one, other] = accounts.map(({ passwordFile }) => readFileSync(passwordFile, 'utf8'));
    expect(one).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(other).not.toBe(one);
  });

  it('makes database and accounts, then applies the migrations in order, each recorded', () => {
    server(1);
    const { status, stdout } = run();
    expect(status).toBe(0);
    expect(stdout).toContain('the database has all 3 migrations');
    const all = shell.calls();
    expect(all[0]).toBe('mysql CREATE DATABASE IF NOT EXISTS `shop-x`;');
    expect(all.join('\n')).toContain(
      "CREATE USER IF NOT EXISTS 'shop-user'@'%' IDENTIFIED BY 'userpassword'; ALTER USER 'shop-user'@'%' IDENTIFIED BY 'userpassword'; GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON `shop-x`.* TO 'shop-user'@'%';",
    );
    expect(log()).toEqual([
      'mysql CREATE TABLE a;',
      expect.stringMatching(
        /^mysql START .* version = 2; INSERT .* \(2, "one", "[0-9a-f]{40}"\); COMMIT;$/,
      ),
      'kubectl -n ns scale deployment/shop --replicas=0',
      'kubectl -n ns wait --for=delete pod -l app=shop --timeout=300s',
      'python3 /sql/two.py',
      expect.stringContaining('version = 3;'),
      'mysql CREATE TABLE c;',
      expect.stringContaining('version = 4;'),
    ]);
  });

  it('applies only what is not applied yet, and stops nothing for migrations that are online', () => {
    server(3, ['one', 'two']);
    const migrations = database().migrations.map((migration) => ({ ...migration, online: true }));
    expect(run({ migrations }).status).toBe(0);
    expect(log()).toEqual(['mysql CREATE TABLE c;', expect.stringContaining('version = 4;')]);
  });

  it('refuses a migration that was slipped in before others', () => {
    server(3, ['one', 'other']);
    const { status, stderr } = run();
    expect(status).toBe(1);
    expect(stderr).toContain('migration 2 was applied as other and is two now');
    expect(log()).toEqual([]);
  });

  it('leaves the passwords of accounts alone that are in use', () => {
    server(4, ['one', 'two', 'three']);
    shell.witness('kubectl', 'case "$*" in *"get secret"*) echo secret ;; esac');
    expect(run().status).toBe(0);
    expect(shell.calls().filter((call) => /USER|apply/.test(call))).toEqual([]);
  });

  it('stops at a migration that fails, which stays to be applied', () => {
    server(1);
    shell.witness('python3', 'exit 1');
    expect(run().status).toBe(1);
    expect(log().at(-1)).toBe('python3 /sql/two.py');
  });
});
