/**
 * The page of all batches, newest first. Draws only; what is shown is chosen by routes.ts.
 */
import { html } from 'hono/html';
import { batchState } from '../present.ts';
import type { BatchRecord } from '../record.ts';
import { durationText } from '../time-text.ts';
import { attributeList, type Html, stateMark } from './layout.ts';

export function batchListBody(batches: readonly BatchRecord[], nowMs: number): Html {
  if (batches.length === 0) return html`<p class="dim">No batch was submitted yet.</p>`;
  return html`<table>
    <thead>
      <tr><th>Batch</th><th>State</th><th>Jobs done</th><th>Took</th><th>Attributes</th></tr>
    </thead>
    <tbody>${batches.map((batch) => row(batch, nowMs))}</tbody>
  </table>`;
}

function row(batch: BatchRecord, nowMs: number): Html {
  const took = durationText((batch.root.completedMs ?? nowMs) - batch.createdMs);
  return html`<tr>
    <td class="number"><a href="/batches/${batch.id}">${batch.id}</a></td>
    <td>${stateMark(batchState(batch))}${uncommittedNote(batch)}</td>
    <td class="number">${batch.root.counts.completed} of ${batch.root.counts.jobs}</td>
    <td class="number">${took}</td>
    <td>${attributeList(batch.spec.attributes ?? {})}</td>
  </tr>`;
}

/** Batch calls such a row a success; a reader should not. */
export function uncommittedNote(batch: BatchRecord): Html | string {
  return batch.root.counts.jobs > 0 ? '' : html` <span class="dim">no jobs were committed</span>`;
}
