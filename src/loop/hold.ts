// An API that may not be asked for some time: whether it is so, and that it is so from now on.
import type { BranchState } from '../../schemas/state.ts';
import type { Fault } from '../core/fault.ts';
import { type Api, heldUntil, holdApi } from '../core/fold-hold.ts';
import type { Loop } from './loop.ts';

export const isHeld = (state: BranchState, api: Api, now: number): boolean =>
  heldUntil(state.holds[api], 'everyday') > now;

export const hold = ({ store, clock, random }: Loop, api: Api, fault: Fault): void =>
  void store.update((state) => holdApi(state, { api, fault }, clock.now(), random()));
