// Who asks, and what they may do (S10.3).

export const permissions = ['read_ci', 'manage_ci'] as const;
export type Permission = (typeof permissions)[number];

export interface Viewer {
  /** The GitHub login of a person; null for a machine, and for somebody who has not signed in. */
  readonly login: string | null;
  /** As it is written into the event log: `alice`, `token deploy-bot`, `anonymous`. */
  readonly name: string;
  readonly permissions: readonly Permission[];
  /** What a form of this session must send back as `_csrf`; null where there is no session. */
  readonly csrf: string | null;
}

const ANONYMOUS = 'anonymous';

/** Of whom nothing is known. */
export const nobody = (own: readonly Permission[]): Viewer => ({
  ...{ login: null, name: ANONYMOUS, csrf: null },
  permissions: own,
});

/** Somebody may have that login. */
export const isNobody = ({ login, name }: Viewer): boolean => login === null && name === ANONYMOUS;

export const may = (viewer: Viewer, permission: Permission): boolean =>
  viewer.permissions.includes(permission);
