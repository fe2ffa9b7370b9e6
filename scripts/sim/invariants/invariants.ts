// Everything that must hold, in one list; docs/invariants.md is compared with it.

import { isolation } from '../run/isolation.ts';
import { mishap } from '../run/mishap.ts';
import { quiet, sleep } from '../run/rest.ts';
import { rest, soundness } from '../run/simulation.ts';
import { callInvariants } from './call-invariants.ts';
import type { Invariant } from './invariant.ts';
import { restInvariants } from './rest-invariants.ts';
import { upheavals } from './upheavals.ts';

export const invariants: readonly Invariant[] = [
  ...callInvariants,
  soundness,
  rest,
  quiet,
  sleep,
  ...restInvariants,
  ...upheavals,
  isolation,
  mishap,
];
