// The shell of deploy jobs, for bash in the deployment's ci-utils image (kubectl): apply a configuration,
// wait until what it deploys runs, show the logs. Every wait ends. Nothing here knows steps.
import type { Wait } from '../../../schemas/build-yaml.ts';
import { shellQuote } from '../shell-quote.ts';
import { KUBECTL } from './namespace-scripts.ts';

/** For images to be pulled onto machines that have to be started first. */
const WAIT_SECONDS = 30 * 60;
/** Besides the waits: the job's start, applying, showing why something did not come up. */
const OTHER_SECONDS = 10 * 60;
const LOG_LINES_OF_FAILURE = 500;
/** Of one container: what is deployed for good may have run for months. */
const LOG_LINES = 20_000;
const LOGS_SECONDS = 300;
const PAUSE_SECONDS = 2;

const secondsOf = (wait: Wait): number => Math.ceil(wait.timeout ?? WAIT_SECONDS);

/** The longest that the script below may take. */
export const deployTimeoutSeconds = (waits: readonly Wait[]): number =>
  waits.reduce((sum, wait) => sum + secondsOf(wait), OTHER_SECONDS);

export function deployScript(namespace: string, config: string, waits: readonly Wait[]): string {
  const kubectl = `${KUBECTL} -n ${shellQuote(namespace)}`;
  return [
    'set -euo pipefail',
    ...(isEmpty(config)
      ? ["echo 'the configuration is empty here: nothing to apply'"]
      : [`printf '%s\\n' ${shellQuote(config)} | ${kubectl} apply -f -`]),
    ...(waits.length === 0 ? [] : failureFunction(kubectl)),
    ...waits.flatMap((wait) => waitLines(namespace, wait)),
  ].join('\n');
}

/** kubectl takes it for a mistake when there is nothing to apply. */
const isEmpty = (config: string): boolean =>
  config.split('\n').every((line) => /^\s*(#.*|---.*)?$/.test(line));

/** Takes the resource and what selects its pods; shows what a person would look at first. */
const failureFunction = (kubectl: string): string[] => [
  'failed() {',
  '  echo "$1 did not come up in time" >&2',
  `  ${kubectl} describe "$1" || true`,
  `  ${kubectl} get pods -o wide "\${@:2}" || true`,
  `  ${kubectl} logs --all-containers --prefix --tail=${LOG_LINES_OF_FAILURE} "\${@:2}" || true`,
  '  exit 1',
  '}',
];

function waitLines(namespace: string, wait: Wait): string[] {
  switch (wait.kind) {
    case 'Deployment':
    case 'StatefulSet':
      return rolloutLines(namespace, wait.kind.toLowerCase(), wait);
    case 'Service':
      return [
        ...rolloutLines(namespace, wait.resource_type.toLowerCase(), wait),
        `${KUBECTL} -n ${shellQuote(namespace)} get service ${shellQuote(wait.name)}`,
      ];
    case 'Pod':
      return completionLines(namespace, wait);
  }
}

/** Rolled out means that its pods are ready, by their own readiness probes. */
function rolloutLines(namespace: string, type: string, wait: Wait): string[] {
  const resource = shellQuote(`${type}/${wait.name}`);
  // kubectl counts from the first answer on; one that never comes is left to `timeout`.
  const seconds = secondsOf(wait);
  const rollout = `timeout ${seconds + 30} kubectl -n ${shellQuote(namespace)} rollout status --timeout=${seconds}s`;
  const selector = shellQuote(`app=${wait.name}`);
  return [`${rollout} ${resource} || failed ${resource} -l ${selector}`];
}

function completionLines(namespace: string, wait: Wait): string[] {
  const kubectl = `${KUBECTL} -n ${shellQuote(namespace)}`;
  const name = shellQuote(wait.name);
  const failed = `failed ${shellQuote(`pod/${wait.name}`)} ${name}`;
  return [
    `deadline=$((SECONDS + ${secondsOf(wait)}))`,
    'while true; do',
    `  case $(${kubectl} get pod ${name} --ignore-not-found -o 'jsonpath={.status.phase}') in`,
    '    Succeeded) break ;;',
    `    Failed) ${failed} ;;`,
    '  esac',
    `  if [ "$SECONDS" -ge "$deadline" ]; then ${failed}; fi`,
    `  sleep ${PAUSE_SECONDS}`,
    'done',
  ];
}

/** It succeeds in any case: what can be shown is shown, and the batch is not failed by it. */
export function logsScript(namespace: string, waits: readonly Wait[]): string {
  const logs = `kubectl -n ${shellQuote(namespace)} logs --all-containers --prefix --tail=${LOG_LINES}`;
  return [
    ...waits.flatMap(({ kind, name }) => [
      `echo ${shellQuote(`== logs of ${kind} ${name}`)}`,
      `timeout ${LOGS_SECONDS} ${logs} ${shellQuote(kind === 'Pod' ? `pod/${name}` : `--selector=app=${name}`)}`,
    ]),
    'true',
  ].join('\n');
}

export const logsTimeoutSeconds = (waits: readonly Wait[]): number =>
  OTHER_SECONDS + waits.length * LOGS_SECONDS;
