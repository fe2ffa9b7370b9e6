// One look at the cluster for each poll: the namespaces with our labels, in one list. It comes last in a pass, so that a
// cluster that does not answer delays nobody's landing.
import { foldNamespaces } from '../core/fold-namespaces.ts';
import { isListDue } from '../core/judge-namespace.ts';
import { hold, isHeld } from './hold.ts';
import type { Loop } from './loop.ts';

export async function observeNamespaces(loop: Loop): Promise<void> {
  const { store, clock, config, kubernetes } = loop;
  const state = store.read();
  if (!kubernetes || !isListDue(state) || isHeld(state, 'kubernetes', clock.now())) return;
  const at = clock.now();
  const listed = await kubernetes.listNamespaces();
  if (!listed.ok) return hold(loop, 'kubernetes', listed.error);
  const look = { namespaces: listed.value, at };
  store.update((now) => foldNamespaces(now, look, config, clock.now()));
}
