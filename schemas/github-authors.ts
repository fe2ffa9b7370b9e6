// Who wrote the commits of a pull request, as GitHub's GraphQL tells; unknown fields pass.
import { z } from 'zod';
import { nodes } from './github-api.ts';
import { Sha } from './ids.ts';

const AuthoredCommit = z.object({
  oid: Sha,
  authors: nodes(
    z.object({
      name: z.string().nullable(),
      email: z.string().nullable(),
      user: z.object({ login: z.string() }).nullable(),
    }),
  ),
});
export type AuthoredCommit = z.infer<typeof AuthoredCommit>;
/** Who wrote a pull request's commits. */
export const AuthorsAnswer = z.object({
  repository: z.object({
    pullRequest: z
      .object({
        commits: nodes(z.object({ commit: AuthoredCommit })).extend({
          pageInfo: z.object({ hasPreviousPage: z.boolean(), startCursor: z.string().nullable() }),
        }),
      })
      .nullable(),
  }),
});
