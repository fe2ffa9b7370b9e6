// The template engine behind one function: minijinja (WebAssembly, by Jinja's author) with Python's
// meaning restored. The only file that knows the engine. It must not let a template that broke the
// engine spoil the next one.
import { Environment, initSync } from 'minijinja-js/dist/web/minijinja_js.js';
import { err, ok, type Result } from '../core/result.ts';
import { explain, explainWork, isTemplateError, type RenderError } from './engine-words.ts';
import { type PreparedTemplate, prepareTemplate } from './jinja-template.ts';
import { type EntriesOf, pythonText, pythonTuple } from './python-text.ts';
import { WorkLimit } from './work-limit.ts';
import { inWrittenOrder } from './written-order.ts';

export type { RenderError } from './engine-words.ts';

/** Jinja2 with StrictUndefined, trim_blocks and lstrip_blocks. */
export type Render = (
  template: string,
  values: Readonly<Record<string, unknown>>,
) => Result<string, RenderError>;

/** Steps of the engine for one template: ends a loop without end. What one step does, work-limit.ts counts. */
const FUEL_PER_RENDER = 200_000;

/** @param wasm minijinja's `dist/web/minijinja_js_bg.wasm`, compiled: a Worker may not compile it itself. */
export function createRender(wasm: WebAssembly.Module): Render {
  const restore = rememberPristine(initSync({ module: wasm }));
  let context: Context = {};
  // Filters are called while a template is rendered, so the context is the one being rendered.
  const entriesOf: EntriesOf = (map) => inWrittenOrder(map, context);
  const work = new WorkLimit(entriesOf);
  const newEnvironment = () => strictEnvironment(entriesOf, work);
  let environment = newEnvironment();
  return (template, values) => {
    if (!/\{[{%#]/.test(template)) return ok(plainText(template));
    const prepared = prepareTemplate(template);
    if (!prepared.ok) return err({ ...prepared.error, undefinedName: null });
    context = namedIn(prepared.value, values);
    work.restart();
    try {
      const text = environment.renderStr(prepared.value.source, context);
      return work.fault ? err(explainWork(work.fault, prepared.value)) : ok(text);
    } catch (fault) {
      if (!isTemplateError(fault)) {
        // A WebAssembly trap leaves the instance half-done for whoever renders next.
        release(environment);
        restore();
        environment = newEnvironment();
      }
      const { value } = prepared;
      return err(work.fault ? explainWork(work.fault, value) : explain(fault, value));
    }
  };
}

/** Of a template without tags, as the engine would give it. */
const plainText = (template: string): string => template.replace(/\r\n?/g, '\n').replace(/\n$/, '');

type Context = Readonly<Record<string, unknown>>;

/** Every value is copied into the engine, and a template names few of them. */
function namedIn({ names }: PreparedTemplate, values: Context): Context {
  if (names === null) return values;
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
}

function strictEnvironment(entriesOf: EntriesOf, work: WorkLimit): Environment {
  const environment = new Environment();
  environment.trimBlocks = true;
  environment.lstripBlocks = true;
  environment.undefinedBehavior = 'strict';
  environment.fuel = FUEL_PER_RENDER;
  environment.enablePyCompat();
  environment.addFilter('python_text', (value: unknown) => pythonText(value, entriesOf));
  for (const [name, test] of Object.entries(work.tests)) environment.addTest(name, test);
  for (const [name, filter] of Object.entries(work.filters))
    environment.addFilter(`python_${name}`, filter);
  environment.addFilter(
    'python_formatted',
    (format: unknown, values: unknown, many: unknown, number: unknown) =>
      work.filters['format']?.(
        format,
        number,
        ...(many === true && Array.isArray(values) ? values : [values]),
      ),
  );
  environment.addFilter('python_tuple', (value: unknown) => pythonTuple(value, entriesOf));
  const entries = (value: unknown) => (value instanceof Map ? entriesOf(value) : []);
  environment.addFilter('python_items', entries);
  environment.addFilter('python_keys', (value: unknown) => entries(value).map(([key]) => key));
  environment.addFilter('python_values', (value: unknown) =>
    entries(value).map(([, item]) => item),
  );
  return environment;
}

/** Frees in any case, so that the garbage collector never frees an address of a memory since restored. */
function release(environment: Environment): void {
  try {
    environment.free();
  } catch {
    // Protects the caller from an instance that is already broken; it is restored right after.
  }
}

/**
 * The glue can be initialised once per program, so a broken instance is healed in place: its linear
 * memory and its stack pointer are put back to the moment when no template was being rendered.
 */
function rememberPristine(instance: ReturnType<typeof initSync>): () => void {
  const image = new Uint8Array(instance.memory.buffer).slice();
  const stack = instance.__wbindgen_add_to_stack_pointer(0);
  return () => {
    const memory = new Uint8Array(instance.memory.buffer);
    memory.set(image);
    memory.fill(0, image.length);
    instance.__wbindgen_add_to_stack_pointer(stack - instance.__wbindgen_add_to_stack_pointer(0));
  };
}
