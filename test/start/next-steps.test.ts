// The lines to copy: whole, and about this run.
import { expect, it } from 'vitest';
import { nextSteps } from '../../scripts/start/next-steps.ts';

it('the next steps are ready to be pasted into a shell', () => {
  const lines = nextSteps({
    forgeUrl: 'http://127.0.0.1:8788',
    sluiceUrl: 'http://127.0.0.1:8787',
    repo: 'local/bread',
    branch: 'release/1',
    manageToken: '0a1b',
  });
  expect(lines).toContain('  git clone http://alice:local-alice@127.0.0.1:8788/local/bread.git');
  expect(lines).toContain(
    '  curl -X POST http://127.0.0.1:8787/api/v1alpha/authorize_sha' +
      ` -H 'authorization: Bearer 0a1b' -d '{"sha":"…"}'`,
  );
  expect(lines.join('\n')).toContain('watched_branches/release%2F1/prs/NUMBER/retry');
});
