// Everything that must hold, in one list; docs/invariants.md is compared with it.
import { callInvariants } from './call-invariants.ts';
import type { Invariant } from './invariant.ts';
import { isolation } from './isolation.ts';
import { quiet } from './rest.ts';
import { restInvariants } from './rest-invariants.ts';
import { rest, soundness } from './simulation.ts';
import { upheavals } from './upheavals.ts';

export const invariants: readonly Invariant[] = [
  ...callInvariants,
  soundness,
  rest,
  quiet,
  ...restInvariants,
  ...upheavals,
  isolation,
];
