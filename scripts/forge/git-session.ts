// A git command that stays: it takes order after order on its stdin and answers each in lines, so that
// only the first costs a process. A command that ends refuses the order it was given; the next one
// starts another.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { type Git, GitError } from './git.ts';

interface Order {
  /** How many lines the answer has. */
  readonly lines: number;
  resolve(lines: string[]): void;
  reject(error: Error): void;
}

export class GitSession {
  readonly #git: Git;
  readonly #dir: string;
  readonly #args: readonly string[];
  #child: ChildProcessWithoutNullStreams | null = null;
  /** What is on its way: one order at a time, because a command that refuses one ends with it. */
  #order: Order | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;
  #stdout = '';
  #stderr = '';

  constructor(git: Git, dir: string, args: readonly string[]) {
    this.#git = git;
    this.#dir = dir;
    this.#args = args;
  }

  /**
   * @param order whole lines
   * @returns as many lines as were asked for
   * @throws GitError with what git said, when it ended instead; Error after close
   */
  ask(order: string, lines: number): Promise<string[]> {
    const answer = this.#last.then(
      () =>
        new Promise<string[]>((resolve, reject) => {
          if (this.#isClosed) throw new Error(`git ${this.#args[0]} is closed in ${this.#dir}`);
          this.#order = { lines, resolve, reject };
          const child = this.#child ?? this.#start();
          child.stdin.write(order);
        }),
    );
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  close(): void {
    this.#isClosed = true;
    this.#child?.kill();
  }

  #start(): ChildProcessWithoutNullStreams {
    const child = spawn('git', this.#args, { cwd: this.#dir, env: this.#git.env });
    this.#child = child;
    this.#stdout = '';
    this.#stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      this.#stdout += chunk.toString();
      this.#answer();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString();
    });
    // A git that dies early closes its end; its exit code says why, the broken pipe does not.
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => this.#ended(child, error));
    child.on('close', (code) => {
      const said = Buffer.from(this.#stdout);
      this.#ended(child, new GitError(this.#args, code ?? -1, said, this.#stderr));
    });
    return child;
  }

  #answer(): void {
    if (this.#order === null) return;
    const lines = this.#stdout.split('\n');
    const rest = lines.splice(this.#order.lines);
    if (rest.length === 0) return;
    this.#stdout = rest.join('\n');
    this.#order.resolve(lines);
    this.#order = null;
  }

  #ended(child: ChildProcessWithoutNullStreams, error: Error): void {
    if (this.#child !== child) return;
    this.#child = null;
    this.#order?.reject(error);
    this.#order = null;
  }
}
