// The shell of image jobs: build and push with buildkit, remove from the registry. Everything that comes
// from a build.yaml is quoted here; nothing here knows steps.
import { shellQuote } from '../shell-quote.ts';

/** The text itself, or a file of the repository that may be a template for `values`. */
export type Dockerfile = { text: string } | { path: string; values: unknown };

export interface ImageBuild {
  readonly image: string;
  /** The first is written, all are read. */
  readonly caches: readonly string[];
  readonly cloud: string;
  readonly dockerfile: Dockerfile;
  readonly contextPath: string | null;
  readonly buildArgs: readonly { readonly name: string; readonly value: string }[];
}

/** POSIX sh, for buildkit's rootless image. `REGISTRY` is in the job's environment. */
export function buildScript(build: ImageBuild): string {
  const context = build.contextPath === null ? '"$work/context"' : shellQuote(build.contextPath);
  const [ownCache = ''] = build.caches;
  const options = [
    '--frontend dockerfile.v0',
    `--local context=${context}`,
    '--local dockerfile="$folder"',
    '--opt filename="$name"',
    ...build.buildArgs.map(
      ({ name, value }) => `--opt ${shellQuote(`build-arg:${name}=${value}`)}`,
    ),
    `--output ${shellQuote(`type=image,name=${build.image},push=true`)}`,
    `--export-cache ${shellQuote(`type=registry,ref=${ownCache},mode=max`)}`,
    ...build.caches.map((cache) => `--import-cache ${shellQuote(`type=registry,ref=${cache}`)}`),
  ];
  return [
    'set -eu',
    'work=$(mktemp -d)',
    `mkdir -p ${context}`,
    ...dockerfileLines(build.dockerfile),
    ...loginLines(build.cloud),
    "export BUILDKITD_FLAGS='--oci-worker-no-process-sandbox'",
    'export BUILDCTL_CONNECT_RETRIES_MAX=100',
    `exec buildctl-daemonless.sh build \\\n  ${options.join(' \\\n  ')}`,
  ].join('\n');
}

/** Sets `folder` and `name`, where buildkit finds the Dockerfile. */
function dockerfileLines(dockerfile: Dockerfile): string[] {
  if ('text' in dockerfile) {
    return [
      'folder=$work',
      'name=Dockerfile',
      `printf '%s\\n' ${shellQuote(dockerfile.text)} > "$folder/$name"`,
    ];
  }
  const { path, values } = dockerfile;
  const slash = path.lastIndexOf('/');
  // A template is only seen inside the job, so the job renders it, with the script that comes with the
  // deployment's buildkit image.
  return [
    `folder=${shellQuote(slash < 0 ? '.' : path.slice(0, slash) || '/')}`,
    `name=${shellQuote(path.slice(slash + 1))}`,
    `if grep -q '{[{%]' "$folder/$name"; then`,
    `  python3 "$HOME/jinja2_render.py" ${shellQuote(JSON.stringify(values))} "$folder/$name" "$work/$name"`,
    '  if [ -e "$folder/$name.dockerignore" ]; then cp "$folder/$name.dockerignore" "$work"; fi',
    '  folder=$work',
    'fi',
  ];
}

/** Writes docker's credentials for `REGISTRY` from the cloud key that Batch mounts. */
function loginLines(cloud: string): string[] {
  const write = (variable: string, login: string) => [
    `if [ -n "\${${variable}:-}" ]; then`,
    '  mkdir -p "$HOME/.docker"',
    `  login=$(${login} | base64 | tr -d '\\n')`,
    '  printf \'{"auths":{"%s":{"auth":"%s"}}}\' "$REGISTRY" "$login" > "$HOME/.docker/config.json"',
    'fi',
  ];
  switch (cloud) {
    case 'gcp':
      return write(
        'GOOGLE_APPLICATION_CREDENTIALS',
        '{ printf _json_key:; cat "$GOOGLE_APPLICATION_CREDENTIALS"; }',
      );
    case 'azure':
      return write(
        'AZURE_APPLICATION_CREDENTIALS',
        `python3 -c 'import json, os; k = json.load(open(os.environ["AZURE_APPLICATION_CREDENTIALS"])); print(k["appId"] + ":" + k["password"], end="")'`,
      );
    default:
      return [];
  }
}

/** Asking a registry takes seconds. */
const WITHIN_A_MINUTE = 'timeout 60';

/** What the shell below runs in: Azure's own tool is in an image of its own. */
export const removeImage = (cloud: string, ciUtilsImage: string): string =>
  cloud === 'azure' ? 'mcr.microsoft.com/azure-cli' : ciUtilsImage;

/**
 * Bash, for the image above. Only this tag is removed: the same layers may carry a tag
 * that is in use. It succeeds in any case: an image that stays costs storage, while a failed job would
 * fail the batch.
 */
export function removeScript(image: string, cloud: string): string {
  const quoted = shellQuote(image);
  const remove = removal(image, cloud);
  if (remove === null) return `echo ${shellQuote(`no way to remove images in cloud ${cloud}`)}`;
  // Batch mounts the key. Without it this is no job of ours, and somebody's own login must not be used.
  return [
    `if [ ! -r "\${${remove.key}:-}" ]; then`,
    `  echo "no ${remove.key} here; the image stays:" ${quoted}`,
    '  exit 0',
    'fi',
    ...remove.login,
    'for pause in 0 5 25; do',
    '  sleep "$pause"',
    `  if ${remove.command}; then exit 0; fi`,
    'done',
    `echo "could not remove the image; it stays:" ${quoted}`,
  ].join('\n');
}

function removal(image: string, cloud: string) {
  switch (cloud) {
    case 'gcp':
      return {
        key: 'GOOGLE_APPLICATION_CREDENTIALS',
        login: [
          `${WITHIN_A_MINUTE} gcloud -q auth activate-service-account --key-file="$GOOGLE_APPLICATION_CREDENTIALS"`,
        ],
        command: `${WITHIN_A_MINUTE} gcloud -q artifacts docker tags delete ${shellQuote(image)}`,
      };
    case 'azure': {
      const [registry = '', ...rest] = image.split('/');
      const name = shellQuote(registry.split('.')[0] ?? registry);
      return {
        key: 'AZURE_APPLICATION_CREDENTIALS',
        login: [
          'key() {',
          `  python3 -c 'import json, os, sys; print(json.load(open(os.environ["AZURE_APPLICATION_CREDENTIALS"]))[sys.argv[1]])' "$1"`,
          '}',
          `${WITHIN_A_MINUTE} az login --service-principal --username "$(key appId)" \\`,
          '  --password "$(key password)" --tenant "$(key tenant)" > /dev/null',
        ],
        command: `${WITHIN_A_MINUTE} az acr repository untag --name ${name} --image ${shellQuote(rest.join('/'))}`,
      };
    }
    default:
      return null;
  }
}
