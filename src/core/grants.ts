// Which permissions a person has by the settings, and what somebody is told who lacks one. Pure.
import { isTeam } from '../../schemas/permissions.ts';
import type { Doors } from './doors.ts';
import { may, nobody, type Permission, permissions, type Viewer } from './viewer.ts';

/** What somebody has shown of themselves. */
export interface Person {
  /** Of GitHub; null for whom another vouches. */
  readonly login: string | null;
  /** Such as `acme/maintainers`, as of when they signed in. */
  readonly teams: readonly string[];
  /** null for who came by GitHub, where an address proves nothing. */
  readonly email: string | null;
}

export function permissionsOf(
  person: Person,
  { grants, publicReading }: Pick<Doors, 'grants' | 'publicReading'>,
): Permission[] {
  const names = [person.login, person.email, ...person.teams].flatMap(
    (name) => name?.toLowerCase() ?? [],
  );
  const has = (permission: Permission): boolean =>
    grants[permission].some((grantee) => names.includes(grantee));
  const manages = has('manage_ci');
  return permissions.filter((permission) =>
    permission === 'manage_ci' ? manages : manages || publicReading || has('read_ci'),
  );
}

/** Whoever may manage may also read, and anybody may where reading is public. */
export const withImplied = (
  own: readonly Permission[],
  { publicReading }: Pick<Doors, 'publicReading'>,
): Permission[] =>
  permissions.filter(
    (permission) =>
      own.includes(permission) ||
      (permission === 'read_ci' && (publicReading || own.includes('manage_ci'))),
  );

export const anonymous = (doors: Pick<Doors, 'publicReading'>): Viewer =>
  nobody(withImplied([], doors));

/** What somebody is told whom we know, and who may not do this; who manages is told to nobody who may not even read. */
export function lacks(viewer: Viewer, permission: Permission, { grants, tokens }: Doors): string {
  const start = `${viewer.name} does not have ${permission}. Whoever runs this service grants it in the settings`;
  if (!may(viewer, 'read_ci')) return `${start}.`;
  const managers = [
    ...grants.manage_ci.map((grantee) => (isTeam(grantee) ? `team ${grantee}` : grantee)),
    ...tokens
      .filter((token) => token.permissions.includes('manage_ci'))
      .map(({ name }) => `token ${name}`),
  ];
  return managers.length === 0
    ? `${start}.`
    : `${start}; it has been given to ${managers.join(', ')}.`;
}
