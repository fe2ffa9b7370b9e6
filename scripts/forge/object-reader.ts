// Reads git objects through one long-lived `git cat-file --batch` per repository, so that a page of
// pull requests costs no process at all. It only reads; an object is immutable, a name is not, so
// nothing is cached here.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

export interface GitObject {
  readonly sha: string;
  readonly type: string;
  readonly body: Buffer;
}

interface Waiting {
  resolve(object: GitObject | null): void;
  reject(error: Error): void;
}

const NEWLINE = 10;

export class ObjectReader {
  readonly #dir: string;
  readonly #env: Readonly<Record<string, string>>;
  #child: ChildProcessWithoutNullStreams | null = null;
  #waiting: Waiting[] = [];
  #chunks: Buffer[] = [];
  #needed = 0;
  #isClosed = false;

  constructor(dir: string, env: Readonly<Record<string, string>>) {
    this.#dir = dir;
    this.#env = env;
  }

  /**
   * @param expression any revision git understands: a SHA, `main`, `main:build.yaml`, `HEAD^{tree}`
   * @throws Error when git ends instead of answering, and after close
   */
  async read(expression: string): Promise<GitObject | null> {
    if (/[\n\0]/.test(expression) || expression === '') return null;
    if (this.#isClosed) throw new Error(`git cat-file is closed in ${this.#dir}`);
    const child = this.#child ?? this.#start();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      child.stdin.write(`${expression}\n`);
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#child?.kill();
    this.#child = null;
  }

  #start(): ChildProcessWithoutNullStreams {
    const child = spawn('git', ['cat-file', '--batch'], { cwd: this.#dir, env: this.#env });
    this.#child = child;
    child.stdout.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#drain();
    });
    child.stdin.on('error', () => undefined);
    child.on('error', () => undefined);
    child.on('close', () => {
      if (this.#child === child) this.#child = null;
      for (const waiting of this.#waiting.splice(0)) {
        waiting.reject(new Error(`git cat-file ended in ${this.#dir}`));
      }
      this.#chunks = [];
      this.#needed = 0;
    });
    return child;
  }

  /** Answers come in the order of the questions. */
  #drain(): void {
    while (this.#waiting.length > 0) {
      const answer = this.#nextAnswer();
      if (answer === undefined) return;
      this.#waiting.shift()?.resolve(answer);
    }
  }

  /**
   * Takes `<sha> <type> <size>\n<body>\n` or `<name> missing\n` from what has arrived.
   * undefined = it is not all there yet. A large body comes in many chunks, which are put together
   * only once there are enough of them.
   */
  #nextAnswer(): GitObject | null | undefined {
    const available = this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    if (available < this.#needed) return undefined;
    const buffer = Buffer.concat(this.#chunks);
    this.#chunks = [buffer];
    const end = buffer.indexOf(NEWLINE);
    if (end < 0) return undefined;
    const header = buffer.subarray(0, end).toString();
    const [, sha = '', type = '', size] = /^([0-9a-f]{40}) (\w+) (\d+)$/.exec(header) ?? [];
    const bodyEnd = size === undefined ? end : end + 1 + Number(size);
    if (buffer.length < bodyEnd + 1) {
      this.#needed = bodyEnd + 1;
      return undefined;
    }
    this.#needed = 0;
    this.#chunks = [buffer.subarray(bodyEnd + 1)];
    if (size === undefined) return null;
    return { sha, type, body: Buffer.from(buffer.subarray(end + 1, bodyEnd)) };
  }
}
