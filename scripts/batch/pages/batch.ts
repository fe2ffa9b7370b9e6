/**
 * The page of one batch: what it is, and its jobs. Draws only.
 */
import { html } from 'hono/html';
import { batchState, jobEntryJson } from '../present.ts';
import type { BatchRecord, JobRecord } from '../record.ts';
import { durationText } from '../time-text.ts';
import { uncommittedNote } from './batch-list.ts';
import { attributeList, type Html, stateMark } from './layout.ts';

export function batchBody(batch: BatchRecord, jobs: readonly JobRecord[], nowMs: number): Html {
  const { counts } = batch.root;
  return html`
    <p>
      ${stateMark(batchState(batch))}${uncommittedNote(batch)} ·
      ${counts.completed} of ${counts.jobs} jobs done: ${counts.succeeded} succeeded,
      ${counts.failed} failed, ${counts.cancelled} cancelled ·
      ${durationText((batch.root.completedMs ?? nowMs) - batch.createdMs)} · user ${batch.user}
    </p>
    <p>${attributeList(batch.spec.attributes ?? {})}</p>
    <table>
      <thead>
        <tr>
          <th>Job</th><th>Name</th><th>State</th><th>Parents</th><th>Exit code</th><th>Took</th>
        </tr>
      </thead>
      <tbody>${jobs.map((job) => row(batch, job, nowMs))}</tbody>
    </table>`;
}

function row(batch: BatchRecord, job: JobRecord, nowMs: number): Html {
  const entry = jobEntryJson(batch, job);
  const attempt = job.attempts.at(-1);
  const took = attempt ? durationText((attempt.endMs ?? nowMs) - attempt.startMs) : '';
  const alwaysRun = job.spec.always_run ? html` <span class="dim">always runs</span>` : '';
  const href = `/batches/${batch.id}/jobs/${job.id}`;
  return html`<tr>
    <td class="number"><a href="${href}">${job.id}</a></td>
    <td>${entry.name ?? ''}${alwaysRun}</td>
    <td>${stateMark(job.state)}</td>
    <td class="number">${job.parents.join(', ')}</td>
    <td class="number">${entry.exit_code ?? ''}</td>
    <td class="number">${took}</td>
  </tr>`;
}
