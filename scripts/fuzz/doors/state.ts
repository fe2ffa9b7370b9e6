// What an object finds in its storage: read, or begun anew; and whatever was read can be decided about and shown.
import { decide } from '../../../src/core/decide.ts';
import { unknownBudget } from '../../../src/core/github-budget.ts';
import { pastOf } from '../../../src/core/past.ts';
import { readStored } from '../../../src/core/stored-state.ts';
import { pullStatuses, viewOf } from '../../../src/loop/pull-status.ts';
import { branchStatus, deployStatus } from '../../../src/loop/status.ts';
import { bakery } from '../../sim/world/bakery.ts';
import { type Door, shaped } from '../door.ts';
import { Story } from '../story.ts';

const NOW = 1_767_700_000_000;

interface Rows {
  readonly record: unknown;
  /** Rows of a table, so the number is one and the text is text. */
  readonly pulls: readonly (readonly [number, string])[];
}

let seeds: readonly string[] = [];

export const stateDoor: Door = {
  name: 'state',
  async prepare() {
    const story = new Story((_api, _index, answer) => answer);
    await story.tell();
    const { pulls, ...record } = story.state;
    const rows = Object.entries(pulls).map(([number, pull]) => [Number(number), pull]);
    // As values, so that they are changed by their structure.
    seeds = [JSON.stringify({ record, pulls: rows }), JSON.stringify({ record, pulls: [] })];
  },
  seeds: () => seeds,
  async enter(input) {
    const given = shaped<{ record: unknown; pulls: unknown }>(input, () => true);
    if (given === null) return null;
    const { state, startedOver } = readStored(rowsOf(given), bakery.name);
    if (state.branch !== bakery.name) return 'it became another branch';
    decide(state, bakery, NOW);
    branchStatus(state, bakery, unknownBudget);
    pullStatuses(viewOf(state, bakery, pastOf([]), NOW));
    deployStatus(state, bakery, []);
    if (!startedOver) return null;
    const { pulls, ...record } = state;
    const again = readStored({ record, pulls: [] }, bakery.name);
    return again.startedOver ? 'what was begun anew cannot be read again' : null;
  },
};

const rowsOf = ({ record, pulls }: { record: unknown; pulls: unknown }): Rows => ({
  record,
  pulls: (Array.isArray(pulls) ? pulls : []).flatMap((row, index) => {
    const [number, pull] = Array.isArray(row) ? row : [index, row];
    const text = typeof pull === 'string' ? pull : (JSON.stringify(pull) ?? '');
    return [[Number.isInteger(number) ? Number(number) : index, text] as const];
  }),
});
