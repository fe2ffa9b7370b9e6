// The GraphQL documents that we send. Checked against GitHub's own schema by a test.

/** Our own check: an App's run where we are one, else the status. */
const ownCheck = (isApp: boolean): string =>
  isApp
    ? `checkSuites(first: 1, filterBy: { appId: $app, checkName: $check }) { nodes {
        checkRuns(first: 1, filterBy: { checkName: $check, checkType: LATEST }) { nodes {
          status conclusion title detailsUrl externalId
        } }
      } }`
    : 'status { context(name: $check) { context state description targetUrl createdAt } }';

const ownVariables = (isApp: boolean): string => `$check: String!${isApp ? ', $app: Int!' : ''}`;

/**
 * A page of the checks of a commit.
 * @param pull whose requirements are asked for: its number, or a variable's name. null: nobody's, since in a list there is no way
 * to say of each pull request which one it is, and without that GitHub answers with an error.
 */
function checks(pull: number | '$number' | null): string {
  const isRequired = pull === null ? '' : `isRequired(pullRequestNumber: ${pull})`;
  return `nodes {
      __typename
      ... on StatusContext { context state description targetUrl createdAt creator { __typename } ${isRequired} }
      ... on CheckRun { name databaseId status conclusion checkSuite { app { databaseId } } ${isRequired} }
    } pageInfo { hasNextPage endCursor }`;
}

/** @param number of the one pull request; null: of each in a list */
const pullFields = (isApp: boolean, number: number | null): string => `
  number title body state isDraft createdAt
  author { __typename login ... on User { name databaseId } ... on Bot { databaseId } }
  baseRefName headRefName headRefOid
  headRepository { nameWithOwner }
  headRef { associatedPullRequests(states: OPEN, first: 1) { totalCount } }
  labels(first: 100) { nodes { name } }
  assignees(first: 20) { nodes { login } }
  reviewRequests(first: 20) { nodes { requestedReviewer { __typename ... on User { login } } } }
  reviewDecision
  potentialMergeCommit { oid tree { oid } parents(first: 3) { nodes { oid } } }
  latestOpinionatedReviews(first: 50, writersOnly: true) { nodes { state author { __typename login } } }
  commits(last: 1) { nodes { commit { oid committedDate
    ${ownCheck(isApp)}
    statusCheckRollup { contexts(first: 100) { ${checks(number)} } }
  } } }`;

const HEAD =
  'id defaultBranchRef { name } ref(qualifiedName: $ref) { target { oid ... on Commit { tree { oid } } } }';

export const pullPage = (isApp: boolean): string => `
query PullPage($owner: String!, $repo: String!, $ref: String!, ${ownVariables(isApp)}, $base: String!,
               $first: Int!, $after: String, $isFirst: Boolean!, $scratch: String!, $kept: String!) {
  repository(owner: $owner, name: $repo) {
    ${HEAD}
    scratch: refs(refPrefix: $scratch, first: 100) @include(if: $isFirst) { nodes { prefix name } }
    kept: refs(refPrefix: $kept, first: 100) @include(if: $isFirst) { nodes { prefix name } }
    pullRequests(states: OPEN, baseRefName: $base, first: $first, after: $after,
                 orderBy: { field: CREATED_AT, direction: ASC }) {
      nodes { ${pullFields(isApp, null)} }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

/** One alias a pull request: `pr812: pullRequest(number: 812) {…}`; and perhaps a commit's message. */
export const pullsByNumber = (
  numbers: readonly number[],
  isApp: boolean,
  withMessage = false,
): string => `
query Pulls($owner: String!, $repo: String!, $ref: String!${numbers.length > 0 ? `, ${ownVariables(isApp)}` : ''}${withMessage ? ', $commit: GitObjectID!' : ''}) {
  repository(owner: $owner, name: $repo) {
    ${HEAD}
    ${numbers.map((number) => `pr${number}: pullRequest(number: ${number}) { ${pullFields(isApp, number)} }`).join('\n    ')}
    ${withMessage ? 'commit: object(oid: $commit) { ... on Commit { message } }' : ''}
  }
}`;

/** The next hundred checks of a commit that has more, and where the branch is by then. */
export const MORE_CHECKS = `
query MoreChecks($owner: String!, $repo: String!, $ref: String!, $sha: GitObjectID!, $after: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    ${HEAD}
    object(oid: $sha) { ... on Commit {
      statusCheckRollup { contexts(first: 100, after: $after) { ${checks('$number')} } }
    } }
  }
}`;

/** One alias a file, `file0: object(expression: $file0) {…}`, so that no path is ever part of the query. */
export const filesAt = (count: number): string => {
  const names = Array.from({ length: count }, (_, index) => `file${index}`);
  return `
query Files($owner: String!, $repo: String!, $commit: GitObjectID!${names.map((name) => `, $${name}: String!`).join('')}) {
  repository(owner: $owner, name: $repo) {
    commit: object(oid: $commit) { oid }
    ${names.map((name) => `${name}: object(expression: $${name}) { ...file }`).join('\n    ')}
  }
}
fragment file on Blob { oid text isTruncated }`;
};

/** Who wrote a hundred of a pull request's commits, the newest first of all, also those whom the commits only name. */
export const AUTHORS = `
query Authors($owner: String!, $repo: String!, $number: Int!, $before: String) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      commits(last: 100, before: $before) {
        nodes { commit { oid authors(first: 20) { nodes { name email user { login } } } } }
        pageInfo { hasPreviousPage startCursor }
      }
    }
  }
}`;

/** A hundred comments of a pull request. */
export const COMMENTS = `
query Comments($owner: String!, $repo: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      comments(first: 100, after: $after) {
        nodes { databaseId body viewerDidAuthor } pageInfo { hasNextPage endCursor }
      }
    }
  }
}`;

/** The branch's commit with what it is made of; and the repository's node id. */
export const HEAD_COMMIT = `
query Head($owner: String!, $repo: String!, $ref: String!) {
  repository(owner: $owner, name: $repo) {
    id defaultBranchRef { name } ref(qualifiedName: $ref) {
      target { oid ... on Commit { tree { oid } parents(first: 5) { nodes { oid } } } }
    }
  }
}`;

/** What has become of a pull request. */
export const MERGE_STATE = `
query MergeState($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) { state baseRefName headRefOid mergeCommit { oid } }
  }
}`;

export const UPDATE_REFS = `
mutation UpdateRefs($repositoryId: ID!, $refUpdates: [RefUpdate!]!) {
  updateRefs(input: { repositoryId: $repositoryId, refUpdates: $refUpdates }) { clientMutationId }
}`;
