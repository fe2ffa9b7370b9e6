// The judge itself: what is not as GitHub describes it is found, so that silence elsewhere means something.

import { describe, expect, test } from 'vitest';
import { judgeAnswer, judgeRequest, judgeWebhook } from '../support/openapi/judge.ts';

const SHA = 'a'.repeat(40);
const asked = (method: string, path: string, body: object | string = '') => ({
  method,
  path: `/repos/acme/widget${path}`,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const answered = (status: number, body: unknown) => ({
  status,
  type: 'application/json',
  body: body === '' ? '' : JSON.stringify(body),
});

describe('S10.6 a request is judged by', () => {
  test.each([
    ['its path', asked('GET', '/git/refs/heads/main'), /GitHub describes no such request/],
    ['its method', asked('PUT', '/git/refs', { ref: 'x', sha: SHA }), /no such request/],
    ['a property that is missing', asked('POST', '/git/refs', { ref: 'x' }), /'sha'/],
    ['a value', asked('POST', '/git/refs', { ref: 'x', sha: 7 }), /\/sha must be string/],
    ['a body that is missing', asked('POST', '/git/refs'), /it needs a body/],
    [
      'a misspelt property',
      asked('PATCH', '/git/refs/heads/x', { sha: SHA, forced: true }),
      /no forced/,
    ],
    ['a misspelt parameter', asked('GET', '/pulls?perpage=3'), /no parameter perpage/],
    ['a parameter', asked('GET', '/pulls?state=ajar'), /state may not be ajar/],
  ])('%s', (_what, request, problem) => {
    expect(judgeRequest(request)).toContainEqual(expect.stringMatching(problem));
  });

  test.each([
    asked('GET', '/git/ref/heads%2Fa%2Fb'),
    asked('GET', '/git/ref/heads/a/b'),
    asked('GET', '/commits/feature/x/check-runs?filter=all&per_page=100'),
    asked('PUT', '/pulls/7/merge', { merge_method: 'squash', sha: SHA }),
    asked('PUT', '/pulls/7/merge'),
  ])('$method $path is right', (request) => {
    expect(judgeRequest(request)).toEqual([]);
  });
});

describe('S10.6 an answer is judged by', () => {
  const ref = {
    ref: 'refs/heads/x',
    node_id: 'x',
    url: 'http://x/',
    object: { sha: SHA, type: 'commit', url: 'http://x/' },
  };
  const get = asked('GET', '/git/ref/heads/x');
  test.each([
    ['its status', get, answered(418, {}), /418 is not among the described answers/],
    ['a property that is missing', get, answered(200, { ...ref, node_id: undefined }), /node_id/],
    [
      'a short SHA',
      get,
      answered(200, { ...ref, object: { ...ref.object, sha: 'abc' } }),
      /sha must NOT have fewer/,
    ],
    ['not being JSON', get, { status: 200, type: 'application/json', body: '{' }, /is not JSON/],
    [
      'a body where none belongs',
      asked('DELETE', '/git/refs/heads/x'),
      answered(204, {}),
      /has a body/,
    ],
    ['an error without words', get, answered(404, { message: 7 }), /message must be string/],
  ])('%s', (_what, request, answer, problem) => {
    expect(judgeAnswer(request, answer)).toContainEqual(expect.stringMatching(problem));
  });

  test('a right one is passed, and so is a refusal that may come anywhere', () => {
    expect(judgeAnswer(get, answered(200, ref))).toEqual([]);
    expect(judgeAnswer(get, answered(502, { message: 'Bad gateway' }))).toEqual([]);
    expect(judgeAnswer(asked('GET', '/nowhere'), answered(404, { message: 'Not Found' }))).toEqual(
      [],
    );
  });
});

describe('S10.6 a webhook is judged by', () => {
  test('its name, its action, its content', () => {
    expect(judgeWebhook('weather', {})).toEqual(['GitHub describes no webhook weather']);
    expect(judgeWebhook('pull_request', { action: 'admired' })).toEqual([
      'GitHub describes no webhook pull-request-admired',
    ]);
    expect(judgeWebhook('push', { ref: 7 })).not.toEqual([]);
    expect(judgeWebhook('ping', { zen: 'Half measures are as bad as nothing at all.' })).toEqual(
      [],
    );
  });
});
