// The Worker that the bench of the compiler measures: it compiles what it was given as often as it is
// asked to. It measures nothing itself, because a Worker's clock stands still while it computes.
import wasm from 'minijinja-js/dist/web/minijinja_js_bg.wasm';
import { ConfigDocument } from '../../schemas/config.ts';
import { createRender } from '../../src/compile/render.ts';
import { NO_MARKS } from '../../src/core/test-namespace.ts';
import { type Compiler, createCompiler } from '../../src/loop/compiler.ts';
import { ParsedFiles } from '../../src/loop/parsed-files.ts';
import type { FileRead } from '../../src/loop/ports.ts';
import type { Job } from './compile-job.ts';

let compiler: Compiler | null = null;
let job: Job | null = null;

export default {
  /** `PUT /` takes the job; `POST /?times=N&changed=…` does it. */
  async fetch(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url);
    if (request.method === 'PUT') {
      job = await request.json<Job>();
      return new Response('ok');
    }
    if (job === null) return new Response('no job', { status: 400 });
    const changed = searchParams.get('changed');
    let jobs = 0;
    for (let n = Number(searchParams.get('times')); n > 0; n -= 1)
      jobs = compileOnce(job, changed === null ? null : `${changed}-${n}`);
    return new Response(String(jobs));
  },
};

/** @param changed makes of the build.yaml one that was never seen; null: the same again */
function compileOnce({ buildYaml, files, settings, code }: Job, changed: string | null): number {
  compiler ??= createCompiler(
    ConfigDocument.parse(settings),
    createRender(wasm),
    new ParsedFiles(),
  );
  const text = changed === null ? buildYaml : `${buildYaml}\n# ${changed}\n`;
  const plan = compiler.read({ id: changed ?? 'same', text });
  if (!plan.ok) throw new Error(plan.error.message);
  const batch = plan.value.compile({
    scope: 'test',
    code,
    labels: [],
    steps: null,
    changedFiles: null,
    passedJobs: new Set(),
    excludedSteps: [],
    token: 'bench',
    namespaceMarks: NO_MARKS,
    devNamespace: null,
    files: new Map(
      files.map(([path, content]): [string, FileRead] => [path, { id: path, text: content }]),
    ),
  });
  if (!batch.ok) throw new Error(batch.error.message);
  return batch.value.jobs.length;
}
