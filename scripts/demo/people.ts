// Who there is on the local forge. The tokens are no secrets: the forge listens on the loopback
// interface only and they are printed for you to use.

export interface Person {
  readonly login: string;
  readonly name: string;
  readonly email: string;
  readonly token: string;
}

const person = (login: string, name: string): Person => ({
  login,
  name,
  email: `${login}@bakery.example`,
  token: `local-${login}`,
});

export const alice = person('alice', 'Alice Archer');
export const bob = person('bob', 'Bob Baxter');
export const carol = person('carol', 'Carol Cooper');
/** Nobody that the bakery knows: has a fork, and no access to the repository itself. */
export const mallory = person('mallory', 'Mallory Miller');
/** The account that Sluice acts as. */
export const bot = person('sluice-bot', 'Sluice');

/** May push, and are tested without being asked about. */
export const developers = [alice, bob, carol] as const;
export const everybody = [bot, ...developers, mallory] as const;
