// Where the buttons of a pull request are, or why there are none, by who looks.
import { jsx } from 'hono/jsx';
import { expect, it } from 'vitest';
import type { PullDetail } from '../../schemas/status.ts';
import { nobody, type Viewer } from '../../src/core/viewer.ts';
import { Page } from '../../src/views/page-context.ts';
import { PullActions } from '../../src/views/pull-actions.tsx';

const known = (...permissions: Viewer['permissions']): Viewer => ({
  ...{ login: 'rita', name: 'rita', csrf: 'c', permissions },
});

function textFor(viewer: Viewer): string {
  const about = { build_state: 'unauthorized', batch_id: null };
  const pull = { number: 7, source_sha: 'a'.repeat(40), ...about } as unknown as PullDetail;
  const value = { viewer, now: 0, path: '/acme/bakery/pull/7', flash: null };
  const html = String(jsx(Page.Provider, { value }, jsx(PullActions, { repo: 'a/b', pull })));
  return html
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

it.each<[who: string, viewer: Viewer, text: string]>([
  ['nobody', nobody(['read_ci']), 'Sign in to authorize this commit, or have it read again.'],
  [
    'who may only read',
    known('read_ci'),
    'You may only read here: more is given by whoever runs this service, in its settings (manage_ci).',
  ],
  ['who manages', known('read_ci', 'manage_ci'), 'Authorize aaaaaaa Update now'],
])('S10.3 to %s', (_, viewer, text) => expect(textFor(viewer)).toBe(text));
