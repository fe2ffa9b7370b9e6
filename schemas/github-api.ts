// The parts of GitHub's answers that we read; unknown fields pass. GraphQL unless said otherwise.
import { z } from 'zod';
import { Sha } from './ids.ts';

export const nodes = <T extends z.ZodType>(node: T) =>
  z.object({ nodes: z.array(node.nullable()).nullable() });
const Time = z.iso.datetime({ offset: true });
const Actor = z.object({ __typename: z.string(), login: z.string() });
export type Actor = z.infer<typeof Actor>;
const Author = Actor.extend({
  name: z.string().nullish(),
  databaseId: z.number().nullish(),
});

export const StatusContext = z.object({
  context: z.string(),
  state: z.enum(['EXPECTED', 'ERROR', 'FAILURE', 'PENDING', 'SUCCESS']),
  description: z.string().nullish(),
  targetUrl: z.string().nullish(),
  createdAt: Time,
});
export type StatusContext = z.infer<typeof StatusContext>;
const isRequired = z.boolean().optional(); // In a list GitHub cannot be asked.
export const StatusContextNode = StatusContext.extend({
  __typename: z.literal('StatusContext'),
  creator: z.object({ __typename: z.string() }).nullish(),
  isRequired,
});
export const CheckRunNode = z.object({
  __typename: z.literal('CheckRun'),
  name: z.string(),
  databaseId: z.number().nullish(),
  status: z.string(),
  conclusion: z.string().nullish(),
  checkSuite: z.object({ app: z.object({ databaseId: z.number().nullish() }).nullish() }).nullish(),
  isRequired,
});
/** Of a check run of our own, what it says. */
export const OwnRun = z.object({
  status: z.string(),
  conclusion: z.string().nullish(),
  title: z.string().nullish(),
  detailsUrl: z.string().nullish(),
  externalId: z.string().nullish(),
});
export type OwnRun = z.infer<typeof OwnRun>;
const OwnSuites = nodes(z.object({ checkRuns: nodes(OwnRun).nullable() })).nullish();
export type OwnSuites = z.infer<typeof OwnSuites>;
export const CheckNode = z.discriminatedUnion('__typename', [StatusContextNode, CheckRunNode]);
export type CheckNode = z.infer<typeof CheckNode>;

const PageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });
const CheckConnection = nodes(CheckNode).extend({ pageInfo: PageInfo });
export type CheckConnection = z.infer<typeof CheckConnection>;
const CheckRollup = z.object({ contexts: CheckConnection }).nullable();

const ReviewRequest = z.object({
  /** null: one that is not shown */
  requestedReviewer: z.object({ __typename: z.string(), login: z.string().optional() }).nullable(),
});
export type ReviewRequest = z.infer<typeof ReviewRequest>;

export const PullNode = z.object({
  number: z.number().int(),
  title: z.string(),
  body: z.string(),
  state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
  isDraft: z.boolean(),
  createdAt: Time,
  /** null: the account was deleted ("ghost") */
  author: Author.nullable(),
  baseRefName: z.string(),
  headRefName: z.string(),
  headRefOid: Sha,
  /** null: the fork was deleted */
  headRepository: z.object({ nameWithOwner: z.string() }).nullable(),
  /** null: the branch or its repository was deleted */
  headRef: z.object({ associatedPullRequests: z.object({ totalCount: z.number() }) }).nullable(),
  labels: nodes(z.object({ name: z.string() })).nullable(),
  assignees: nodes(z.object({ login: z.string() })),
  reviewRequests: nodes(ReviewRequest).nullable(),
  reviewDecision: z.enum(['APPROVED', 'CHANGES_REQUESTED', 'REVIEW_REQUIRED']).nullable(),
  /** null: not made yet, or it conflicts. */
  potentialMergeCommit: z
    .object({ oid: Sha, tree: z.object({ oid: Sha }), parents: nodes(z.object({ oid: Sha })) })
    .nullable(),
  latestOpinionatedReviews: nodes(
    z.object({ state: z.string(), author: Actor.nullable() }),
  ).nullable(),
  commits: nodes(
    z.object({
      commit: z.object({
        oid: Sha,
        committedDate: Time,
        /** Our own check, wherever it stands among the others: a status, or an App's run. */
        status: z.object({ context: StatusContext.nullable() }).nullish(),
        checkSuites: OwnSuites,
        statusCheckRollup: CheckRollup,
      }),
    }),
  ),
});
export type PullNode = z.infer<typeof PullNode>;

const Ref = z
  .object({
    target: z
      .object({
        oid: Sha,
        tree: z.object({ oid: Sha }).optional(),
        parents: nodes(z.object({ oid: Sha })).optional(),
      })
      .nullable(),
  })
  .nullable();

/** What every reading of a branch has beside it. */
const Repository = {
  id: z.string(),
  ref: Ref,
  defaultBranchRef: z.object({ name: z.string() }).nullable(),
};

/** Our own refs under one prefix; `prefix` and `name` make up the whole of each. null: there is none. */
const OwnRefs = nodes(z.object({ prefix: z.string(), name: z.string() })).nullish();

/**
 * What GitHub could not tell of parts of the answer, each with its place. An answer with these is taken for what it
 * is without them; of any other, such an error is a fault of the whole.
 */
const PartErrors = z
  .array(
    z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string() }).readonly(),
  )
  .readonly()
  .default([]);
export type PartErrors = z.infer<typeof PartErrors>;

/** Each pull request is parsed by itself, so that one that cannot be read costs no other. */
export const PullPageAnswer = z.object({
  errors: PartErrors,
  repository: z.object({
    ...Repository,
    scratch: OwnRefs,
    kept: OwnRefs,
    pullRequests: z.object({ nodes: z.array(z.unknown()).nullable(), pageInfo: PageInfo }),
  }),
});

/** One alias `pr<number>` for each pull request asked for. */
export const PullsAnswer = z.object({
  errors: PartErrors,
  repository: z
    .object({
      ...Repository,
      /** null: there is no such commit; nothing in it: it is no commit. Only where it was asked for. */
      commit: z.object({ message: z.string().optional() }).nullish(),
    })
    .catchall(z.unknown()),
});

/** By alias; null: there is no such file. A folder answers without any of a blob's fields. */
export const FilesAnswer = z.object({
  repository: z.record(
    z.string(),
    z
      .object({
        oid: z.string().optional(),
        /** Null for what is not text. */
        text: z.string().nullish(),
        isTruncated: z.boolean().optional(),
      })
      .nullable(),
  ),
});

export const HeadAnswer = z.object({ repository: z.object(Repository) });

/** With where the branch is by then. */
export const MoreChecksAnswer = z.object({
  repository: z.object({
    ...Repository,
    object: z.object({ statusCheckRollup: CheckRollup.optional() }).nullable(),
  }),
});

/** REST: GET /repos/{o}/{r}/rules/branches/{b} */
const BranchRule = z.object({
  type: z.string(),
  parameters: z
    .object({
      required_status_checks: z
        .array(z.object({ context: z.string(), integration_id: z.number().nullish() }))
        .optional(),
    })
    .catchall(z.unknown())
    .optional(),
});
export type BranchRule = z.infer<typeof BranchRule>;
export const BranchRules = z.array(BranchRule);

/** REST: GET /repos/{o}/{r}/branches/{b} */
export const BranchProtection = z.object({
  /** Whether anything is in force there. */
  protected: z.boolean().optional(),
  protection: z
    .object({
      required_status_checks: z
        .object({
          contexts: z.array(z.string()).optional(),
          checks: z
            .array(z.object({ context: z.string(), app_id: z.number().nullish() }))
            .optional(),
        })
        .optional(),
    })
    .optional(),
});

/** REST: GET /repos/{o}/{r}/commits/{ref}/check-runs */
export const NewestRuns = z.object({
  check_runs: z.array(
    z.object({
      id: z.number().int(),
      status: z.string(),
      conclusion: z.string().nullable(),
      external_id: z.string().nullish(),
    }),
  ),
});

/** REST: a commit as POST /git/commits, GET /git/commits and POST /merges give it */
export const GitCommit = z.object({
  sha: Sha,
  tree: z.object({ sha: Sha }),
  parents: z.array(z.object({ sha: Sha })),
});
export const MergeAnswer = z.object({
  sha: Sha,
  commit: z.object({ tree: z.object({ sha: Sha }) }),
  parents: z.array(z.object({ sha: Sha })),
});
/** REST: PUT /repos/{o}/{r}/pulls/{n}/merge */
export const PullMerged = z.object({ sha: Sha });
/** All that a merge by GitHub depends on, and what came of it. */
export const MergeStateAnswer = z.object({
  repository: z.object({
    pullRequest: z
      .object({
        state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
        baseRefName: z.string(),
        headRefOid: Sha,
        mergeCommit: z.object({ oid: Sha }).nullable(),
      })
      .nullable(),
  }),
});
export const GitRef = z.object({ object: z.object({ sha: Sha }) });
export const CommentsAnswer = z.object({
  repository: z.object({
    pullRequest: z
      .object({
        comments: nodes(
          z.object({
            databaseId: z.number().int().nullable(),
            body: z.string(),
            /** By us, that is. */
            viewerDidAuthor: z.boolean(),
          }),
        ).extend({ pageInfo: PageInfo }),
      })
      .nullable(),
  }),
});

export const Comparison = z.object({
  status: z.enum(['diverged', 'ahead', 'behind', 'identical']),
  files: z
    .array(z.object({ filename: z.string(), previous_filename: z.string().optional() }))
    .optional(),
});
