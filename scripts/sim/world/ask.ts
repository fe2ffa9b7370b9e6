// One request to the in-memory GitHub: what it is called in stories and what it does to the world.
import type { GithubWorld } from './github-world.ts';

export type Answer =
  | { readonly status: 200; readonly body: unknown }
  | { readonly status: number; readonly message: string };

export interface Ask {
  /** Without its port: `land`, `readPulls`. */
  readonly name: string;
  /** What stories and invariants want to know of it. */
  readonly args: readonly unknown[];
  readonly effect: (world: GithubWorld) => Answer;
}

export const found = (body: unknown): Answer => ({ status: 200, body });
export const failed = (status: number, message: string): Answer => ({ status, message });
