// Every page that the Worker shows, and what is read most of its JSON, as who measures them asks for them. What asks Batch
// while somebody waits is not among them: Batch's time would be measured.
export const PAGES: Readonly<Record<string, string>> = {
  'page of the branches': '/',
  'page of the pull requests': '/prs',
  'page of one pull request': '/acme/bakery/pull/1',
  "page of somebody's own pull requests": '/me?login=alice',
  'page of the deploys': '/deploys',
  'page of the namespaces': '/namespaces',
  'page of the flaky tests': '/flaky_tests',
  'page of the events': '/events',
  "page of developers' deploys": '/dev_deploys',
  'page of the API': '/swagger',
  'page to sign in': '/sign-in',
  'JSON of all pull requests': '/api/v1alpha/watched_branches/main/prs',
  'JSON of one pull request': '/api/v1alpha/watched_branches/main/prs/1',
  'JSON of the queue': '/api/v1alpha/watched_branches/main/queue',
  'JSON of the events': '/api/v1alpha/watched_branches/main/events',
  'JSON of the branches': '/api/v1alpha/watched_branches',
  'figures for Prometheus': '/metrics',
};
