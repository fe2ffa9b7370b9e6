// S1.2, S10.3 Settings of who may come in: each mistake is one sentence.
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/core/config.ts';
import { testEnvironment } from '../support/environment.ts';

const SESSION_SECRET = 's'.repeat(32);
const sha256 = 'a'.repeat(64);
const access = { team_domain: 'acme.cloudflareaccess.com', audience: sha256 };
const base = JSON.parse(testEnvironment.SLUICE_CONFIG);
const github = { ...base.github, client_id: 'Iv1.a' };

const parse = (settings: object, secrets: object = {}) =>
  parseConfig({ ...testEnvironment, SLUICE_CONFIG: { ...base, ...settings }, ...secrets });
const mistakes = (settings: object, secrets: object = {}) => {
  const parsed = parse(settings, secrets);
  return parsed.ok ? [] : parsed.error;
};
const signIn = { GITHUB_CLIENT_SECRET: 'g', SESSION_SECRET };

describe('S10.3 who may come in', () => {
  it.each<[string, object, object]>([
    ['the manage token alone', {}, {}],
    [
      'a token with a name, and no manage token',
      { tokens: [{ name: 'bot', sha256, permissions: ['manage_ci'] }] },
      { MANAGE_TOKEN: undefined },
    ],
    [
      'people by GitHub',
      { github, permissions: { read_ci: ['Alice'], manage_ci: ['Acme/Ops', 'app[bot]'] } },
      { ...signIn, MANAGE_TOKEN: undefined },
    ],
    ['people by Access', { access, permissions: { manage_ci: ['a@b.org'] } }, { SESSION_SECRET }],
    ['on this machine', { github, public_url: 'http://localhost:8787' }, signIn],
  ])('%s', (_, settings, secrets) => {
    expect(mistakes(settings, secrets)).toEqual([]);
  });

  it.each<[string, object, object]>([
    [
      'MANAGE_TOKEN is missing; expected at least 16 characters, since nobody in SLUICE_CONFIG.tokens or SLUICE_CONFIG.permissions has manage_ci.',
      { tokens: [{ name: 'bot', sha256, permissions: ['read_ci'] }] },
      { MANAGE_TOKEN: undefined },
    ],
    [
      'GITHUB_CLIENT_SECRET is missing; expected the client secret that belongs to SLUICE_CONFIG.github.client_id.',
      { github },
      { SESSION_SECRET },
    ],
    [
      'SLUICE_CONFIG.github.client_id is missing; expected a client ID, since there is a GITHUB_CLIENT_SECRET.',
      {},
      signIn,
    ],
    [
      'SESSION_SECRET is missing; expected at least 32 characters, since people may sign in.',
      { access },
      {},
    ],
    [
      'SESSION_SECRET is 5 characters long; expected at least 32 characters.',
      {},
      { SESSION_SECRET: 'short' },
    ],
    [
      'SLUICE_CONFIG.public_url is "http://sluice.example"; expected https://, since people may sign in.',
      { github, public_url: 'http://sluice.example' },
      signIn,
    ],
    [
      'SLUICE_CONFIG.public_url is "http://localhost.evil"; expected https://, since people may sign in.',
      { github, public_url: 'http://localhost.evil' },
      signIn,
    ],
    [
      'SLUICE_CONFIG.permissions.read_ci[0] is "a@b.org"; expected a login or a team of GitHub, since there is no SLUICE_CONFIG.access.',
      { github, permissions: { read_ci: ['a@b.org'] } },
      signIn,
    ],
    [
      'SLUICE_CONFIG.permissions.manage_ci[0] is "acme/ops"; expected an e-mail address, or SLUICE_CONFIG.github.client_id for people to sign in with GitHub.',
      { access, permissions: { manage_ci: ['acme/ops'] } },
      { SESSION_SECRET },
    ],
    [
      'SLUICE_CONFIG.permissions.read_ci[0] is "not a login"; expected a login of GitHub, a team such as "acme/maintainers", or an e-mail address.',
      { permissions: { read_ci: ['not a login'] } },
      {},
    ],
    [
      'SLUICE_CONFIG.permissions.manage is not a setting (did you mean "manage_ci"?); expected one that schemas/config.ts lists.',
      { permissions: { manage: [] } },
      {},
    ],
    [
      'SLUICE_CONFIG.tokens[0].sha256 is "secret"; expected 64 hexadecimal digits, as `npm run token` prints them.',
      { tokens: [{ name: 'bot', sha256: 'secret', permissions: ['read_ci'] }] },
      {},
    ],
    [
      'SLUICE_CONFIG.tokens[0].permissions[0] is "admin"; expected "read_ci" or "manage_ci".',
      { tokens: [{ name: 'bot', sha256, permissions: ['admin'] }] },
      {},
    ],
    [
      'SLUICE_CONFIG.tokens[0].name is "a\\nb"; expected at most 50 letters, digits, dots, dashes and underscores.',
      { tokens: [{ name: 'a\nb', sha256, permissions: ['read_ci'] }] },
      {},
    ],
    [
      'SLUICE_CONFIG.access.team_domain is "evil.example"; expected a domain such as acme.cloudflareaccess.com.',
      { access: { ...access, team_domain: 'evil.example' } },
      { SESSION_SECRET },
    ],
  ])('%s', (sentence, settings, secrets) => {
    expect(mistakes(settings, secrets)).toEqual([sentence]);
  });

  it('two tokens are told apart', () => {
    const row = { name: 'bot', sha256, permissions: ['read_ci'] };
    expect(mistakes({ tokens: [row, row] })).toEqual([
      'SLUICE_CONFIG.tokens[1].name is "bot", which another token has, too; expected a different one.',
      'SLUICE_CONFIG.tokens[1].sha256 is that of another token; expected a token of its own.',
    ]);
  });
});
