// What people tell a branch of namespaces: those that they deploy into themselves, and what services in any of them may
// be asked. Like every command it is told to all branches, and what any of them knows is known.
import type { Instant } from '../../schemas/ids.ts';
import type { NamespaceRow } from '../../schemas/namespace.ts';
import type { BranchState } from '../../schemas/state.ts';
import { err, ok, type Result } from './result.ts';
import { unreachable } from './unreachable.ts';

export type NamespaceCommand = {
  readonly by: string;
} /** Without an expiry; nothing happens to one that is known. */ & (
  | { readonly kind: 'add_namespace'; readonly namespace: string }
  /** From the table, with its services; never from the cluster. */
  | { readonly kind: 'remove_namespace'; readonly namespace: string }
  | { readonly kind: 'add_service'; readonly namespace: string; readonly service: string }
  | { readonly kind: 'remove_service'; readonly namespace: string; readonly service: string }
  /** Nothing happens when there is no such service. */
  | {
      readonly kind: 'limit_service';
      readonly namespace: string;
      readonly service: string;
      /** Per second; null: without a limit. */
      readonly limit: number | null;
    }
);

const ADDED_MAX = 1_000;

/** @returns the new state, or a sentence that says why the command makes no sense now */
export function obeyNamespace(
  state: BranchState,
  command: NamespaceCommand,
  now: Instant,
): Result<BranchState, string> {
  const { namespace } = command;
  const row = own(state.namespaces, namespace);
  switch (command.kind) {
    case 'add_namespace':
      if (row) return ok(state);
      if (addedTo(state) >= ADDED_MAX) return err(`${ADDED_MAX} namespaces were added already.`);
      return ok(
        withRow(state, namespace, {
          kind: 'developer',
          by: command.by,
          createdAt: now,
          services: {},
        }),
      );
    case 'remove_namespace': {
      const { [namespace]: _, ...namespaces } = state.namespaces;
      return ok({ ...state, namespaces });
    }
    case 'add_service': {
      if (!row) return err(`There is no namespace ${namespace}.`);
      const services = { [command.service]: null, ...row.services };
      return ok(withRow(state, namespace, { ...row, services }));
    }
    case 'remove_service': {
      if (!row) return ok(state);
      const { [command.service]: _, ...services } = row.services;
      return ok(withRow(state, namespace, { ...row, services }));
    }
    case 'limit_service': {
      if (!row || own(row.services, command.service) === undefined) return ok(state);
      const services = { ...row.services, [command.service]: command.limit };
      return ok(withRow(state, namespace, { ...row, services }));
    }
    default:
      return unreachable(command, 'obeyNamespace');
  }
}

/** Also an object without anything answers to `constructor`. */
const own = <T>(things: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(things, name) ? things[name] : undefined;

const addedTo = ({ namespaces }: BranchState): number =>
  Object.values(namespaces).filter(({ kind }) => kind === 'developer').length;

const withRow = (state: BranchState, namespace: string, row: NamespaceRow): BranchState => ({
  ...state,
  namespaces: { ...state.namespaces, [namespace]: row },
});
