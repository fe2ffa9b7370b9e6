// How true to life the forge is: each thing that GitHub does to its users now and then, or that nobody
// is sure of, as a switch of one repository. The defaults are a GitHub on a good day.

import { z } from 'zod';

export const knobsSchema = z.strictObject({
  /** Reads show how things were so many seconds ago; `of` says which reads. */
  read_lag: z
    .strictObject({
      seconds: z.number().min(0),
      of: z
        .array(z.enum(['refs', 'pulls', 'checks', 'graphql']))
        .default(['refs', 'pulls', 'checks', 'graphql']),
    })
    .prefault({ seconds: 0 }),
  /** How often `mergeable` is null before it is known, for each pair of head and base. */
  mergeable_unknown_reads: z.number().int().min(0).default(1),
  /** `stale`: refs/pull/N/merge is made anew on a push to the head, another merge base, or after 12 h. */
  test_merge: z.enum(['stale', 'fresh']).default('stale'),
  /** Does GitHub notice that a pushed commit contains a pull request? */
  indirect_merge: z.enum(['always', 'default_branch', 'missed']).default('always'),
  /** What becomes of a pull request whose head is moved into the base together with it. */
  head_moved_with_base: z.enum(['merged', 'closed']).default('merged'),
  /** Which commits POST /merges takes as head. */
  scratch_merge_head: z.enum(['any_commit', 'own_branches']).default('any_commit'),
  /** Whether POST /git/commits keeps a message byte for byte. */
  commit_message: z.enum(['exact', 'newline_added']).default('exact'),
  /** Whether those who bypass a branch's rules do so in updateRefs, too. */
  update_refs_bypass: z.boolean().default(true),
  /** `contents` and `statuses` of a commit that no branch or pull request has been at. */
  unreferenced_commits: z.enum(['readable', 'not_found']).default('readable'),
  /** For so long the head of a fork is "No commit found for SHA" to whoever posts about it. */
  fresh_fork_seconds: z.number().min(0).default(0),
  statuses_max: z.number().int().positive().default(1000),
  check_runs_max: z.number().int().positive().default(1000),
  /** A GraphQL query for more nodes than this times out; null: none does. */
  graphql_nodes_max: z.number().int().positive().nullable().default(null),
  /** `reviewDecision` is null whatever the rules say. */
  review_decision: z.enum(['told', 'null']).default('told'),
});
export type Knobs = z.infer<typeof knobsSchema>;

/** Limits are the site's, not a repository's; null: it is not watched. */
export const limitsSchema = z.strictObject({
  rest_per_hour: z.number().int().positive().default(5000),
  graphql_points_per_hour: z.number().int().positive().default(5000),
  points_per_minute: z.number().int().positive().nullable().default(null),
  content_per_minute: z.number().int().positive().nullable().default(null),
  content_per_hour: z.number().int().positive().nullable().default(null),
  concurrent: z.number().int().positive().nullable().default(null),
  /** What a secondary limit's `retry-after` says. */
  retry_after_seconds: z.number().int().positive().default(60),
  /** For so long a new installation token is not known everywhere yet: 401. */
  young_token_seconds: z.number().min(0).default(0),
  /** How long deliveries can be listed and asked for again; an older page of the manual says 30. */
  delivery_history_days: z.number().positive().default(3),
  /** `stateless`: the long form, with a JWT inside. */
  installation_tokens: z.enum(['opaque', 'stateless']).default('opaque'),
});
export type Limits = z.infer<typeof limitsSchema>;
