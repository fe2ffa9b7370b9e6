// The deliberate mistakes that the simulator must find: each replaces a text that stands once in a file.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the bugs are texts of code
export interface Bug {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export const bugs: readonly Bug[] = [
  {
    name: 'trust a batch without jobs',
    file: 'src/core/judge-batch.ts',
    from: "if (batch.n_jobs === 0) return { kind: 'hollow' };",
    to: "if (batch.n_jobs === 0) return { kind: 'passed' };",
  },
  {
    name: 'skip the target check',
    file: 'src/core/decide.ts',
    from: "const current = 'targetSha' in pull.build && pull.build.targetSha === state.head;",
    to: "const current = 'targetSha' in pull.build;",
  },
  {
    name: 'clear a flag before the work',
    file: 'src/loop/observe.ts',
    from: '  const scope = githubScope(state.flags.github);',
    to: '  const scope = githubScope(state.flags.github);\n  store.update((now) => ({ ...now, flags: { ...now.flags, github: { ...now.flags.github, settled: seen } } }));',
  },
  {
    name: 'drop the idempotency key',
    file: 'src/loop/start-batch.ts',
    from: 'key: `${actionKey(loop.config.name, action)} ${sha}`',
    to: 'key: `${actionKey(loop.config.name, action)} ${sha} ${loop.random()}`',
  },
  {
    name: 'forget the attempt number',
    file: 'src/core/action-key.ts',
    from: 'on ${action.targetSha} attempt ${action.attempt}',
    to: 'on ${action.targetSha}',
  },
  {
    name: 'leap without a last look',
    file: 'src/loop/land.ts',
    from: '  const last = await lookOnceMore(loop, action);',
    to: "  const last = 'still wanted' as Awaited<ReturnType<typeof lookOnceMore>>;",
  },
  {
    name: 'ignore what the last look showed',
    file: 'src/loop/land.ts',
    from: '  return plan.actions.some(',
    to: '  return true || plan.actions.some(',
  },
  {
    name: 'post without recording',
    file: 'src/core/fold-outcome.ts',
    from: 'facts: pull.facts.source.sha === sha ? { ...pull.facts, shown: check } : pull.facts,',
    to: '',
  },
  {
    name: 'cancel by list position',
    file: 'src/core/decide.ts',
    from: '      batch: batch.id,\n      why',
    to: '      batch: state.live[0]?.id ?? batch.id,\n      why',
  },
  {
    name: 'never cancel what is superseded',
    file: 'src/core/decide.ts',
    from: "return build?.kind === 'running' && build.batch === batch;",
    to: 'return build !== undefined || batch > 0;',
  },
  {
    name: 'test anybody’s commit',
    file: 'src/core/decide.ts',
    from: 'isAuthorized(pull.facts, state.authorized, config) &&',
    to: '',
  },
  {
    name: 'one test too many',
    file: 'src/core/serial.ts',
    from: 'view.runningTestsMax - taken',
    to: 'view.runningTestsMax + 1 - taken',
  },
  {
    name: 'land on a frozen branch',
    file: 'src/core/judge-branch.ts',
    from: '  if (state.frozen)',
    to: '  if (state.frozen && state.head === null)',
  },
  {
    name: 'ignore the do-not-merge label',
    file: 'src/core/judge-pull.ts',
    from: 'labelsOf(facts, config.labels.doNotMerge))',
    to: 'labelsOf(facts, []))',
  },
  {
    name: 'ignore requested changes',
    file: 'src/core/judge-pull.ts',
    from: 'changesRequestedBy.length > 0 ||',
    to: '',
  },
  {
    name: 'take a missing check for a success',
    file: 'src/core/judge-pull.ts',
    from: "if (matching.length === 0) return 'pending';",
    to: "if (matching.length === 0) return 'success';",
  },
  {
    name: 'keep the result after a push',
    file: 'src/core/fold-github.ts',
    from: "      build: { kind: 'unbuilt', why: 'new_commit' },\n      posted: null,\n      parked: null,",
    to: '      posted: null,\n      parked: null,',
  },
  {
    name: 'believe a wrong read-back at once',
    file: 'src/loop/land.ts',
    from: 'if (clock.now() - landing.at < READ_LAG_MS)',
    to: 'if (clock.now() < landing.at)',
  },
  {
    name: 'take a landing that did not happen for one that did',
    file: 'src/loop/land.ts',
    from: "return { kind: 'not_landed', action };",
    to: "return { kind: 'landed', action };",
  },
  {
    name: 'forget attempts when storage is lost',
    file: 'src/core/fold-batches.ts',
    from: '  const attempt = Math.max(pull.attempt, ...own.map((test) => test.purpose.attempt));',
    to: '  const attempt = pull.attempt;',
  },
  {
    name: 'forget a batch that may have been made',
    file: 'src/core/start-in-doubt.ts',
    from: "(action.kind === 'start_test' || action.kind === 'start_deploy') && state !== 'failed';",
    to: "action.kind === 'land' && state === 'begun' && false;",
  },
  {
    name: 'take any younger deploy for the latest',
    file: 'src/core/fold-batches.ts',
    from: "deploy.kind === 'none' || isLater(batch)",
    to: 'isLater(batch) || batch.id >= known',
  },
  {
    name: 'never ask for a batch that is not listed',
    file: 'src/loop/observe.ts',
    from: 'for (const id of expected(state).filter((id) => !batches.some((found) => found.id === id))) {',
    to: 'for (const id of expected(state).filter((id) => id < 0)) {',
  },
  {
    name: 'believe at once that a batch is gone',
    file: 'src/loop/observe.ts',
    from: 'return first.ok && first.value === null ? batch.get(id) : first;',
    to: 'return first;',
  },
  {
    name: 'raise an alert for ever',
    file: 'src/core/fold-outcome.ts',
    from: 'alerts: state.alerts.filter((alert) => alert.cause !== outcome.action.cause),',
    to: '',
  },
  {
    name: 'never poll',
    file: 'src/core/next-alarm.ts',
    from: 'if (now >= pollDueAt(state, config))',
    to: 'if (state.polledAt === null)',
  },
  {
    name: 'leave a fork’s pull request open',
    file: 'src/core/fold-landing.ts',
    from: 'toClose: pull !== undefined &&',
    to: 'toClose: pull === undefined &&',
  },
  {
    name: 'abandon a landing whose answer was lost',
    file: 'src/core/judge-branch.ts',
    from: "if (row.action.kind === 'land' && row.state !== 'failed') return row.action.landing;",
    to: "if (row.action.kind === 'land' && row.state === 'failed') return null;",
  },
  {
    name: 'decide before Batch was read',
    file: 'src/core/decide.ts',
    from: 'state.head !== null && state.rules !== null && state.batchesReadTo !== null && doubt === null;',
    to: 'state.head !== null && state.rules !== null && doubt === null;',
  },
];
