// What a pass over one branch works with: its settings, its memory, its sense of time, its hands.
import type { BranchConfig } from '../core/config.ts';
import type { Compiler } from './compiler.ts';
import type {
  BatchService,
  Clock,
  Deliveries,
  Examine,
  GitHub,
  Kubernetes,
  Notifier,
  Random,
  Store,
} from './ports.ts';
import type { PageEnds } from './read-pages.ts';

export interface Loop {
  readonly config: BranchConfig;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly github: GitHub;
  /** The same for the calls of landings, which may use what is kept of GitHub's limits for them. */
  readonly githubForLandings: GitHub;
  /** Remembered from one look to the next, as long as the object lives. */
  readonly pageEnds: PageEnds;
  /** null: another branch of the repository looks after its webhook. */
  readonly deliveries: Deliveries | null;
  /** null: nobody is told what GitHub does not let us do. */
  readonly examine: Examine | null;
  readonly batch: BatchService;
  /** null: none is configured. */
  readonly kubernetes: Kubernetes | null;
  readonly notifier: Notifier;
  readonly compiler: Compiler;
}
