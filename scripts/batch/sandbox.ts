/**
 * How a job sees `/io` and its secrets. Where Linux allows it, in a mount namespace of the job's own
 * in which /io is the job's folder; elsewhere every path /io in its command and environment is
 * rewritten to that folder, and there are no secrets. Keeps jobs apart, not hostile ones in: a job
 * may do on this machine what its user may.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './process.ts';

export type IoMode = { kind: 'namespace' } | { kind: 'rewrite'; why: string };

export interface JobFolder {
  /** What the job calls /io. */
  readonly io: string;
  /** An empty folder on which the namespace builds its root. */
  readonly root: string;
}

/** A file or folder of this machine, at a path of the job's. */
export interface Mount {
  readonly source: string;
  readonly target: string;
}

export interface Invocation {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
}

/**
 * Two shell scripts, the second run by the first inside the namespace. They use the machine's own
 * tools whatever PATH the job asks for, and give the job its PATH at the end.
 */
const enterNamespace = `
job_path=$PATH
PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
exec unshare --user --map-root-user --mount -- /bin/sh -c "$0" "$job_path" "$@"
`;

/**
 * Builds a root from bind mounts of every top-level folder, plus io and what is mounted besides, on a
 * tmpfs that only this namespace sees. Unbindable, because the folder of the root is itself inside
 * one of those binds. A path below a folder of this machine must be there already: making it would
 * make it for good.
 */
const buildRoot = `
set -e
job_path=$0 root=$1 io=$2 cwd=$3 mounts=$4
shift 4
mount -t tmpfs -o mode=755 root "$root"
mount --make-unbindable "$root"
for path in /* /.[!.]*; do
  name=\${path#/}
  if [ "$name" = io ]; then continue
  elif [ -L "$path" ]; then ln -s "$(readlink "$path")" "$root/$name"
  elif [ -d "$path" ]; then mkdir "$root/$name" && mount --rbind "$path" "$root/$name"
  elif [ -f "$path" ]; then : > "$root/$name" && mount --bind "$path" "$root/$name"
  fi
done
mkdir "$root/io"
mount --bind "$io" "$root/io"
while [ "$mounts" -gt 0 ]; do
  source=$1 path=$2 mounts=$((mounts - 1))
  shift 2
  top=\${path#/}
  if [ -e "/\${top%%/*}" ] && ! [ -e "$path" ]; then
    echo "cannot mount at $path: this machine has no such path" >&2
    exit 125
  elif [ -d "$source" ]; then
    mkdir -p "$root$path"
  else
    mkdir -p "$(dirname "$root$path")"
    [ -e "$root$path" ] || : > "$root$path"
  fi
  mount --bind "$source" "$root$path"
done
exec chroot "$root" /bin/sh -c 'cd "$1" && PATH=$0 && shift && exec "$@"' "$job_path" "$cwd" "$@"
`;

/** Tries the namespace once, for real: some systems allow the first step and refuse the next. */
export async function probeIoMode(root: string): Promise<IoMode> {
  if (process.platform !== 'linux') return { kind: 'rewrite', why: 'this is not Linux' };
  const place = join(root, 'probe');
  const folder = { io: join(place, 'io'), root: join(place, 'root') };
  await mkdir(folder.io, { recursive: true });
  await mkdir(folder.root, { recursive: true });
  const check = ['sh', '-c', 'echo ok > /io/ok'];
  const ended = await runCommand({
    ...invocation({ kind: 'namespace' }, folder, root, {
      argv: check,
      env: basicEnv(),
      mounts: [],
    }),
    cwd: root,
    logPath: join(place, 'log'),
    timeoutMs: 10_000,
    signal: new AbortController().signal,
  });
  await rm(place, { recursive: true });
  if (ended.kind === 'exited' && ended.code === 0) return { kind: 'namespace' };
  return { kind: 'rewrite', why: 'this machine does not allow user and mount namespaces' };
}

export function describeIoMode(mode: IoMode): string {
  return mode.kind === 'namespace'
    ? 'each job runs in a mount namespace of its own (unshare)'
    : `none, because ${mode.why}: jobs run as plain processes, with /io rewritten to their folder`;
}

/** The command and environment with which a job starts so that its /io is its own. */
export function invocation(mode: IoMode, folder: JobFolder, cwd: string, job: Invocation) {
  switch (mode.kind) {
    case 'namespace': {
      const enter = ['/bin/sh', '-c', enterNamespace, buildRoot, folder.root, folder.io, cwd];
      const mounts = job.mounts.flatMap(({ source, target }) => [source, target]);
      return { argv: [...enter, `${job.mounts.length}`, ...mounts, ...job.argv], env: job.env };
    }
    case 'rewrite': {
      const rewrite = (text: string): string => rewriteIo(text, folder.io);
      const env = Object.entries(job.env).map(([name, value]) => [name, rewrite(value)]);
      return { argv: job.argv.map(rewrite), env: Object.fromEntries(env) };
    }
    default:
      throw new Error(`unknown mode ${JSON.stringify(mode satisfies never)}`);
  }
}

/** Not the tail of another path (`/usr/io`, `$X/io`, `"$X"/io`), nor the head of `/iowa`. */
const ioPath = /(?<![\w./}\])~*@%+-]|[\w}\])]["'])\/io(?![\w-]|\.\w)/g;

/** Replaces every `/io` that stands as a path of its own. */
export function rewriteIo(text: string, folder: string): string {
  return text.replace(ioPath, () => folder);
}

function basicEnv(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin' };
}
