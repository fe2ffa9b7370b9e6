// Apps as their owners make them, and as people install them: what GitHub has pages for and no API.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { accountJson } from './json/account.ts';
import { installationJson } from './json/app.ts';
import { nodeId } from './json/node-id.ts';
import type { Account, Permissions, Selection } from './model/account.ts';
import type { App, Installation } from './model/app.ts';
import { fullName } from './model.ts';
import { Refusal } from './refusal.ts';
import type { World } from './world.ts';

export interface NewApp {
  readonly slug: string;
  readonly owner: string;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly hook?: { readonly url: string; readonly secret: string } | undefined;
  /** PEM, when the App has a key already; otherwise one is made. */
  readonly publicKey?: string | undefined;
  readonly signIn?: App['signIn'];
}

const KEY_BITS = 2048;

/** @returns the App and, when a key was made, its private half as GitHub hands it out: PKCS#1. */
export function createApp(world: World, wanted: NewApp): { app: App; privateKey: string | null } {
  const { slug, owner, permissions, events, hook } = wanted;
  if (world.state.apps.some((one) => one.slug === slug)) {
    throw new Refusal(422, `there is an App ${slug} already`);
  }
  const pair = wanted.publicKey === undefined ? newKeys() : null;
  const app: App = {
    id: world.nextId(),
    slug,
    name: slug,
    owner: world.account(owner).login,
    clientId: `Iv1.${randomBytes(8).toString('hex')}`,
    publicKey: pair?.publicKey ?? wanted.publicKey ?? '',
    permissions: { metadata: 'read', ...permissions },
    events: [...events],
    hook: hook === undefined ? null : { id: world.nextId(), ...hook },
    signIn: wanted.signIn ?? null,
    createdAt: world.now(),
  };
  world.account(`${slug}[bot]`, 'Bot');
  world.state.apps.push(app);
  world.changed();
  return { app, privateKey: pair?.privateKey ?? null };
}

function newKeys() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: KEY_BITS });
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  };
}

export function installApp(
  world: World,
  app: App,
  owner: string,
  repositories: Selection,
): Installation {
  const account = world.account(owner);
  const known = world.state.installations.find(
    (one) => one.app === app.id && one.account === account.login,
  );
  if (known !== undefined) throw new Refusal(422, `${app.slug} is installed on ${owner} already`);
  const installation: Installation = {
    id: world.nextId(),
    app: app.id,
    account: account.login,
    repositories,
    createdAt: world.now(),
  };
  world.state.installations.push(installation);
  world.changed();
  tellInstallation(world, app, installation, account, 'created');
  return installation;
}

export function uninstallApp(world: World, app: App, installation: Installation): void {
  const account = world.account(installation.account);
  tellInstallation(world, app, installation, account, 'deleted');
  const { installations } = world.state;
  installations.splice(installations.indexOf(installation), 1);
  world.changed();
}

function tellInstallation(
  world: World,
  app: App,
  installation: Installation,
  sender: Account,
  action: 'created' | 'deleted',
): void {
  const chosen = world.repositories.filter(
    ({ record }) =>
      record.owner === installation.account &&
      (installation.repositories === 'all' || installation.repositories.includes(fullName(record))),
  );
  world.emit({
    name: 'installation',
    action,
    repository: null,
    app,
    payload: {
      action,
      installation: installationJson(world, installation),
      repositories: chosen.map(({ record }) => ({
        id: record.id,
        node_id: nodeId('Repository', record.id),
        name: record.name,
        full_name: fullName(record),
        private: record.settings.private,
      })),
      requester: null,
      sender: accountJson(world, sender),
    },
  });
}

/** What an App may do from now on: its owner asked for other permissions, and everybody agreed. */
export function setPermissions(world: World, app: App, permissions: Permissions): void {
  app.permissions = { metadata: 'read', ...permissions };
  world.changed();
}
