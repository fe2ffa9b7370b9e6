// A command -> the line of the event log that says who gave it (S10.3). What came of it is told by the difference of the
// states, as always; many a command changes nothing that would say who gave it, or that it was given.
import type { News } from '../../schemas/event.ts';
import type { BranchState } from '../../schemas/state.ts';
import { short } from './check.ts';
import { checkOwners } from './check-owners.ts';
import type { Command } from './command.ts';
import { unreachable } from './unreachable.ts';

/** @param before the state that was to obey it */
export const commandNews = (before: BranchState, command: Command): News => ({
  kind: 'command.given',
  pr: pullOf(before, command),
  text: `${command.by} ${wishOf(command)}`,
  data: { by: command.by, command: command.kind },
});

function pullOf(state: BranchState, command: Command): number | null {
  switch (command.kind) {
    case 'retry':
      return command.pr;
    case 'retry_commit':
      return checkOwners(state).get(command.sha) ?? null;
    case 'authorize':
      return (
        Object.values(state.pulls).find(({ facts }) => facts.source.sha === command.sha)?.facts
          .number ?? null
      );
    default:
      return null;
  }
}

function wishOf(command: Command): string {
  switch (command.kind) {
    case 'authorize':
      return `let commit ${short(command.sha)} be tested`;
    case 'freeze':
      return `froze the branch: ${command.reason}`;
    case 'unfreeze':
      return 'unfroze the branch';
    case 'retry':
      return `asked for ${again(command.tactical)} of #${command.pr}`;
    case 'retry_commit':
      return `asked for ${again(command.tactical)} of commit ${short(command.sha)}`;
    case 'update':
      return 'had everything read again';
    case 'note_dev_deploy':
      return `deployed ${command.branch} into the namespace of ${command.user} in batch ${command.batch}`;
    case 'add_namespace':
      return `added namespace ${command.namespace}`;
    case 'remove_namespace':
      return `removed namespace ${command.namespace}`;
    case 'add_service':
      return `added service ${command.service} to namespace ${command.namespace}`;
    case 'remove_service':
      return `removed service ${command.service} from namespace ${command.namespace}`;
    case 'limit_service':
      return `limited service ${command.service} in namespace ${command.namespace} to ${command.limit ?? 'any number of'} requests a second`;
    default:
      return unreachable(command, 'wishOf');
  }
}

const again = (tactical: boolean): string => (tactical ? 'a tactical retry' : 'a retry');
