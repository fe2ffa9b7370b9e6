// A build.yaml as big as a big project's, made up: 120 steps of every kind in 4,470 lines and 140 KB that become 217 jobs
// of a test, with scripts and configurations that use templates as often as real ones do.

interface BigBuild {
  readonly buildYaml: string;
  readonly files: readonly (readonly [path: string, text: string])[];
}

const IMAGES = 28;
const RUNS = 74;
const DEPLOYS = 13;
const DATABASES = 4;
const SCRIPT_LINES = 26;
const CONFIG_LINES = 110;
const MIGRATIONS = 32;
/** Runs that are split, and into how many jobs. */
const SPLITS: Readonly<Record<number, number>> = { 10: 22, 20: 22, 30: 10, 40: 6 };

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const lines = (...all: readonly (string | readonly string[])[]): string[] => all.flat();

export function bigBuild(): BigBuild {
  const steps = [
    ['- kind: createNamespace', '  name: default_ns', '  namespaceName: default'],
    ...range(IMAGES).map(image),
    ...range(DATABASES).map(database),
    ...range(RUNS).map(run),
    ...range(DEPLOYS).map(deploy),
  ];
  return {
    buildYaml: `repoPrefix: /repo\nsteps:\n${steps
      .flat()
      .map((line) => `  ${line}\n`)
      .join('')}`,
    files: range(DEPLOYS).map((index) => [configPath(index), config(index)]),
  };
}

const imageName = (index: number): string => `image_${index % IMAGES}`;
const configPath = (index: number): string => `service-${index}/deployment.yaml`;

const image = (index: number): string[] =>
  lines(
    '- kind: buildImage2',
    `  name: image_${index}`,
    `  publishAs: image-${index}`,
    `  dockerFile: /io/repo/service-${index}/Dockerfile`,
    '  contextPath: /io/repo',
    '  resources:',
    '    storage: 10Gi',
    '    cpu: "2"',
    '  inputs:',
    range(6).flatMap((part) => [
      `    - from: /repo/service-${index}/part-${part}`,
      `      to: /io/repo/service-${index}/part-${part}`,
    ]),
    ...(index === 0 ? [] : ['  dependsOn:', `    - image_${Math.floor(index / 2)}`]),
  );

const database = (index: number): string[] =>
  lines(
    '- kind: createDatabase2',
    `  name: database_${index}`,
    `  databaseName: data${index}`,
    '  image:',
    `    valueFrom: ${imageName(index)}.image`,
    '  namespace:',
    '    valueFrom: default_ns.name',
    '  migrations:',
    range(MIGRATIONS).flatMap((step) => [
      `    - name: step-${step}`,
      `      script: /io/sql/${step}-step.sql`,
      '      online: true',
    ]),
    '  dependsOn:',
    '    - default_ns',
    `    - ${imageName(index)}`,
  );

const run = (index: number): string[] =>
  lines(
    '- kind: runImage',
    `  name: run_${index}`,
    '  image:',
    `    valueFrom: ${imageName(index)}.image`,
    '  script: |',
    range(SCRIPT_LINES).map((line) => `    ${scriptLine(line, index)}`),
    '  secrets:',
    '    - name:',
    `        valueFrom: database_${index % DATABASES}.user_secret_name`,
    '      namespace:',
    '        valueFrom: default_ns.name',
    '      mountPath: /sql-config',
    ...(SPLITS[index] === undefined ? [] : [`  numSplits: ${SPLITS[index]}`]),
    '  inputs:',
    `    - from: /repo/run-${index}`,
    '      to: /io/repo',
    '  dependsOn:',
    '    - default_ns',
    `    - database_${index % DATABASES}`,
    `    - ${imageName(index)}`,
  );

/** One line in eight has an expression, as in real scripts. */
function scriptLine(line: number, index: number): string {
  if (line === 0) return 'set -ex';
  if (line === 1) return `export IMAGE={{ ${imageName(index)}.image }}`;
  if (index % 4 === 0 && line === 2) return '{% if global.cloud == "gcp" and not deploy %}';
  if (index % 4 === 0 && line === 4) return '{% endif %}';
  return line % 12 === 3
    ? `kubectl -n {{ default_ns.name }} get secret secret-${line}`
    : `run-tests --verbose tests/part-${line}`;
}

const deploy = (index: number): string[] =>
  lines(
    '- kind: deploy',
    `  name: deploy_${index}`,
    '  namespace:',
    '    valueFrom: default_ns.name',
    `  config: ${configPath(index)}`,
    ...(index % 2 === 0
      ? ['  wait:', '    - kind: Service', `      name: service-${index}`, '      for: alive']
      : []),
    '  dependsOn:',
    '    - default_ns',
    `    - ${imageName(index)}`,
  );

const config = (index: number): string =>
  range(CONFIG_LINES)
    .map((line) =>
      line % 8 === 0
        ? `image${line}: "{{ ${imageName(index)}.image }}" # {{ code.sha }}\n`
        : `key-${line}: value of a line that is about as long as others are\n`,
    )
    .join('');
