// Refusals that GitHub gives for reasons of its own, in its words, so that a test orders them by name.
// Statuses, messages and headers are those that users of GitHub have reported.

export interface KnownAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Occasion {
  readonly nowMs: number;
  /** For answers that say when to come back. */
  readonly retryAfterSeconds: number;
}

const HOUR_MS = 3_600_000;

const said = (status: number, message: string, headers = {}): KnownAnswer => ({
  status,
  body: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
  headers,
});

const spent = ({ nowMs }: Occasion): Record<string, string> => ({
  'x-ratelimit-limit': '5000',
  'x-ratelimit-used': '5000',
  'x-ratelimit-remaining': '0',
  'x-ratelimit-reset': String(Math.ceil((nowMs + 1) / HOUR_MS) * (HOUR_MS / 1000)),
});

const secondary = (status: 403 | 429) => (occasion: Occasion) =>
  said(
    status,
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    { 'retry-after': String(occasion.retryAfterSeconds) },
  );

const graphqlErrors = (error: object, headers = {}): KnownAnswer => ({
  status: 200,
  body: { errors: [error] },
  headers,
});

export const KNOWN_ANSWERS = {
  secondary_limit: secondary(403),
  secondary_limit_429: secondary(429),
  secondary_limit_silent: () =>
    said(
      403,
      'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    ),
  primary_limit: (occasion: Occasion) =>
    said(403, 'API rate limit exceeded for user ID 1001.', spent(occasion)),
  graphql_rate_limited: (occasion: Occasion) =>
    graphqlErrors(
      { type: 'RATE_LIMITED', message: 'API rate limit exceeded for user ID 1001.' },
      spent(occasion),
    ),
  graphql_went_wrong: () => ({
    status: 200,
    body: {
      data: null,
      errors: [
        {
          message:
            'Something went wrong while executing your query. Please include `F0F0:F0F0` when reporting this issue.',
        },
      ],
    },
    headers: {},
  }),
  graphql_timeout: () =>
    said(
      502,
      "We couldn't respond to your request in time. Sorry about that. Please try resubmitting your request and contact us if the problem persists.",
    ),
  bad_gateway: () => ({
    status: 502,
    body: '<html>\n<head><title>502 Bad Gateway</title></head>\n</html>\n',
    headers: { 'content-type': 'text/html' },
  }),
  server_error: () => said(500, 'Server Error'),
  diff_too_large: () => ({
    status: 500,
    body: {
      message: 'Server Error: Sorry, this diff is taking too long to generate.',
      errors: [{ resource: 'Comparison', field: 'diff', code: 'not_available' }],
      documentation_url: 'https://docs.github.com/rest/commits/commits#compare-two-commits',
      status: '500',
    },
    headers: {},
  }),
  young_token: () => said(401, 'Bad credentials'),
  young_token_403: () => said(403, 'Resource not accessible by integration'),
  not_accessible_by_integration: () => said(403, 'Resource not accessible by integration'),
  not_accessible_by_token: () => said(403, 'Resource not accessible by personal access token'),
  no_commit_found: () =>
    said(422, 'No commit found for SHA: 0000000000000000000000000000000000000000'),
  not_a_fast_forward: () => said(422, 'Update is not a fast forward'),
  base_modified: () => said(405, 'Base branch was modified. Review and try the merge again.'),
  merge_in_progress: () => said(405, 'Merge already in progress'),
  not_mergeable: () => said(405, 'Pull Request is not mergeable'),
  head_modified: () => said(409, 'Head branch was modified. Review and try the merge again.'),
  head_out_of_date: () => said(409, 'Head branch is out of date. Review and try the merge again.'),
} satisfies Record<string, (occasion: Occasion) => KnownAnswer>;

export type KnownAnswerName = keyof typeof KNOWN_ANSWERS;

export const KNOWN_ANSWER_NAMES = Object.keys(KNOWN_ANSWERS) as [
  KnownAnswerName,
  ...KnownAnswerName[],
];
