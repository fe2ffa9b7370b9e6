// Who may come in, from the settings: the tokens of machines, the ways in which people sign in, who has which permission.
// Pure: judging a request is in src/middleware/guard.ts.
import type { ConfigDocument } from '../../schemas/config.ts';
import {
  type DoorSecrets,
  isEmail,
  isTeam,
  type Permissions,
  type Token,
} from '../../schemas/permissions.ts';
import { err, ok, type Result } from './result.ts';

export interface Doors {
  /** null: the settings give every machine a token of its own. */
  readonly manageToken: string | null;
  readonly tokens: readonly Token[];
  readonly grants: Permissions;
  readonly publicReading: boolean;
  /** null: nobody signs in with GitHub. */
  readonly github: { readonly clientId: string; readonly clientSecret: string } | null;
  /** null: no Cloudflare Access stands before us. */
  readonly access: { readonly issuer: string; readonly audience: string } | null;
  /** The present one first, then the one that is being rotated out; none where nobody signs in. */
  readonly sessionSecrets: readonly string[];
  /** A cookie is sent over https alone; not on http://localhost, where there is none. */
  readonly secureCookies: boolean;
}

const DOCUMENT = 'SLUICE_CONFIG';

/** @returns who may come in, or one sentence a mistake */
export function doorsOf(
  secrets: DoorSecrets,
  document: ConfigDocument,
): Result<Doors, readonly string[]> {
  const { client_id: clientId } = document.github;
  const mistakes = [
    ...secretMistakes(secrets, document),
    ...granteeMistakes(document),
    ...tokenMistakes(document.tokens),
    ...managerMistakes(secrets, document),
  ];
  if (mistakes.length > 0) return err(mistakes);
  const clientSecret = secrets.GITHUB_CLIENT_SECRET;
  const issuer = document.access && `https://${document.access.team_domain}`;
  return ok({
    manageToken: secrets.MANAGE_TOKEN ?? null,
    tokens: document.tokens,
    grants: document.permissions,
    publicReading: document.public_reading,
    github: clientId !== null && clientSecret !== undefined ? { clientId, clientSecret } : null,
    access: issuer && document.access ? { issuer, audience: document.access.audience } : null,
    sessionSecrets: [secrets.SESSION_SECRET, secrets.SESSION_SECRET_OLD].flatMap(
      (secret) => secret ?? [],
    ),
    secureCookies: document.public_url.startsWith('https://'),
  });
}

function secretMistakes(secrets: DoorSecrets, { github, access, public_url }: ConfigDocument) {
  const hasSecret = secrets.GITHUB_CLIENT_SECRET !== undefined;
  const mistakes: string[] = [];
  if (github.client_id !== null && !hasSecret)
    mistakes.push(
      `GITHUB_CLIENT_SECRET is missing; expected the client secret that belongs to ${DOCUMENT}.github.client_id.`,
    );
  if (github.client_id === null && hasSecret)
    mistakes.push(
      `${DOCUMENT}.github.client_id is missing; expected a client ID, since there is a GITHUB_CLIENT_SECRET.`,
    );
  if (github.client_id === null && access === null) return mistakes;
  if (secrets.SESSION_SECRET === undefined)
    mistakes.push(
      'SESSION_SECRET is missing; expected at least 32 characters, since people may sign in.',
    );
  if (!/^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)(:\d+)?(\/|$))/.test(public_url))
    mistakes.push(
      `${DOCUMENT}.public_url is ${JSON.stringify(public_url)}; expected https://, since people may sign in.`,
    );
  return mistakes;
}

/** Somebody who is named, and could never show who they are, is a mistake. */
function granteeMistakes({ permissions, github, access }: ConfigDocument): string[] {
  return Object.entries(permissions).flatMap(([permission, grantees]) =>
    grantees.flatMap((grantee, index) => {
      const where = `${DOCUMENT}.permissions.${permission}[${index}] is ${JSON.stringify(grantee)}`;
      if (isEmail(grantee) && access === null)
        return `${where}; expected a login or a team of GitHub, since there is no ${DOCUMENT}.access.`;
      if (!isEmail(grantee) && github.client_id === null)
        return `${where}; expected an e-mail address, or ${DOCUMENT}.github.client_id for people to sign in with GitHub.`;
      return [];
    }),
  );
}

const tokenMistakes = (tokens: readonly Token[]): string[] =>
  tokens.flatMap(({ name, sha256 }, index) => {
    const before = tokens.slice(0, index);
    const where = `${DOCUMENT}.tokens[${index}]`;
    return [
      ...(before.some((token) => token.name === name)
        ? [`${where}.name is "${name}", which another token has, too; expected a different one.`]
        : []),
      ...(before.some((token) => token.sha256 === sha256)
        ? [`${where}.sha256 is that of another token; expected a token of its own.`]
        : []),
    ];
  });

function managerMistakes(secrets: DoorSecrets, { tokens, permissions }: ConfigDocument): string[] {
  const somebody =
    secrets.MANAGE_TOKEN !== undefined ||
    permissions.manage_ci.length > 0 ||
    tokens.some((token) => token.permissions.includes('manage_ci'));
  return somebody
    ? []
    : [
        `MANAGE_TOKEN is missing; expected at least 16 characters, since nobody in ${DOCUMENT}.tokens or ${DOCUMENT}.permissions has manage_ci.`,
      ];
}

/** The teams that the settings name: of no other is it kept who belongs to it. */
export const namedTeams = ({ grants }: Pick<Doors, 'grants'>): string[] =>
  [...new Set([...grants.read_ci, ...grants.manage_ci])].filter(isTeam);
