// Every GraphQL document that we send is valid under GitHub's own schema.
import { schema } from '@octokit/graphql-schema';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import * as queries from '../../src/clients/github/queries.ts';

// GitHub's document defines some fields twice, which a strict reading refuses.
const github = buildSchema(schema.idl, { assumeValidSDL: true });
const problemsOf = (document: string): string[] =>
  validate(github, parse(document)).map(({ message }) => message);

const { pullsByNumber, pullPage, filesAt, ...constants } = queries;
const documents: [name: string, document: string][] = [
  ...Object.entries(constants),
  ['pullPage with a token', pullPage(false)],
  ['pullPage as an App', pullPage(true)],
  ['pullsByNumber of none', pullsByNumber([], false)],
  ['pullsByNumber of none, as an App', pullsByNumber([], true)],
  ['pullsByNumber of one', pullsByNumber([7], false)],
  ['filesAt of one', filesAt(1)],
  ['filesAt of a full request', filesAt(100)],
  [
    'pullsByNumber of a full request, as an App',
    pullsByNumber(
      Array.from({ length: 25 }, (_, n) => n + 1),
      true,
    ),
  ],
];

describe("S4.1 queries against GitHub's schema", () => {
  it.each(documents)('%s', (_name, document) => {
    expect(problemsOf(document)).toEqual([]);
  });

  it('a field that GitHub does not have is found', () => {
    const wrong = pullPage(false).replace('headRefOid', 'headOid');
    expect(problemsOf(wrong)).toEqual([
      expect.stringMatching(/^Cannot query field "headOid" on type "PullRequest"/),
    ]);
  });
});
