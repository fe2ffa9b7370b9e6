/**
 * The page of one job: what was asked for, how it went, what it wrote. Draws only.
 */
import { html } from 'hono/html';
import type { CopyPair } from '../files.ts';
import { jobJson } from '../present.ts';
import type { BatchRecord, JobRecord } from '../record.ts';
import { type Html, stateMark } from './layout.ts';

export interface JobLog {
  readonly attempt: string;
  readonly name: string;
  readonly text: string;
}

export function jobBody(batch: BatchRecord, job: JobRecord, logs: readonly JobLog[]): Html {
  const { spec } = job;
  const { name, exit_code: exitCode, status } = jobJson(batch, job);
  const command = spec.process.command;
  const env = spec.env.map((entry) => `${entry.name ?? ''}=${entry.value ?? ''}`);
  const manyAttempts = job.attempts.length > 1;
  return html`
    <p>
      <a href="/batches/${batch.id}">Batch ${batch.id}</a> · ${name ?? ''}
      ${stateMark(job.state)}${exitCode === null ? '' : html` · exit code ${exitCode}`}
    </p>
    <h2>Command</h2>
    <pre>${command.join('\n')}</pre>
    <table>
      <tbody>
        <tr><th>Image</th><td><code>${'image' in spec.process ? spec.process.image : 'jvm'}</code>
          <span class="dim">stands for this machine</span></td></tr>
        ${factRow('Parents', job.parents.map(String))}
        ${factRow('Environment', env)}
        ${factRow('Copied in', copies(spec.input_files))}
        ${factRow('Copied out', copies(spec.output_files))}
        ${factRow(
          'Secrets',
          (spec.secrets ?? []).map(({ name, mount_path: path }) => `${name} at ${path}`),
        )}
        ${factRow('Timeout', spec.timeout === undefined ? [] : [`${spec.timeout} s`])}
      </tbody>
    </table>
    ${logs.map(
      (log) => html`<h2>Log of ${log.name}${manyAttempts ? `, attempt ${log.attempt}` : ''}</h2>
        <pre>${log.text}</pre>`,
    )}
    <h2>Status</h2>
    <pre>${JSON.stringify(status, null, 2)}</pre>`;
}

function copies(pairs: readonly CopyPair[] = []): string[] {
  return pairs.map(({ from, to }) => `${from} → ${to}`);
}

function factRow(label: string, lines: readonly string[]): Html | string {
  if (lines.length === 0) return '';
  return html`<tr>
    <th>${label}</th>
    <td>${lines.map((line) => html`<code>${line}</code><br />`)}</td>
  </tr>`;
}
