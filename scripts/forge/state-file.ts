// Keeps the forge's state in root/state.json: read once at the start, written again soon after every
// change, by a rename, so that a reader or a crash never sees half a file. Who was told of a change has waited for
// `saved`, so that a kill takes back nothing that was said.

import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { type State, stateSchema } from './model.ts';

const WRITE_AFTER_MS = 20;

export class StateFile {
  readonly state: State;
  readonly #path: string;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;
  #writing: Promise<void> = Promise.resolve();

  /** Throws when the file is there and is not a state of this version. */
  constructor(path: string) {
    this.#path = path;
    this.state = existsSync(path)
      ? readState(path)
      : stateSchema.parse({ version: 1, lastId: 1000, accounts: [], repositories: [] });
  }

  nextId(): number {
    this.state.lastId += 1;
    return this.state.lastId;
  }

  /** Changes that follow each other closely are written once. */
  changed(): void {
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => void this.#flush(), WRITE_AFTER_MS);
  }

  /** Resolves when every change until now is in the file. */
  saved(): Promise<void> {
    return this.#timer === null ? this.#writing : this.#flush();
  }

  /** Writes what is left; later changes, by requests that were cut off, are not kept. */
  close(): Promise<void> {
    this.#closed = true;
    return this.#flush();
  }

  #flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#writing = this.#writing.then(async () => {
      await writeFile(`${this.#path}.new`, JSON.stringify(this.state));
      await rename(`${this.#path}.new`, this.#path);
    });
    return this.#writing;
  }
}

function readState(path: string): State {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new Error(`${path} is not what a forge of this version has written: ${why}`);
  }
}
