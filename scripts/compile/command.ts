// What `npm run compile` does with its command line: reads the files that are named, and returns what is to
// be printed and the exit code, 2 when there is a mistake in what it was given.
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import type { Render } from '../../src/compile/render.ts';
import { answerOf } from './answer.ts';
import { compileDocument, RequestDocument, SelectionDocument, selectRows } from './document.ts';
import { compileFile, type Printed } from './file.ts';
import { jsonOf } from './json-file.ts';
import { type Options, parseOptions, USAGE } from './options.ts';
import { Mistake, textOf } from './repository.ts';

const EXIT_MISTAKE = 2;

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** @param from the folder that relative paths are relative to */
export function runCommand(argv: readonly string[], from: string, render: () => Render): Ran {
  const parsed = parseOptions(argv);
  switch (parsed.kind) {
    case 'help':
      return { status: 0, out: USAGE, err: '' };
    case 'refused':
      return { status: EXIT_MISTAKE, out: '', err: `${parsed.why}\n--help lists the options\n` };
    case 'run':
      return run(parsed.options, from, render);
  }
}

function run(options: Options, from: string, render: () => Render): Ran {
  const here = (path: string): string => (isAbsolute(path) ? path : join(from, path));
  try {
    const { out, err, failed } = printed(options, here, render);
    return { status: failed ? EXIT_MISTAKE : 0, out, err };
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    return { status: EXIT_MISTAKE, out: '', err: `${error.message}\n` };
  }
}

function printed(options: Options, here: (path: string) => string, render: () => Render): Printed {
  switch (options.kind) {
    case 'file': {
      const { buildYaml, root, config } = options;
      const places = {
        buildYaml: here(buildYaml),
        root: root && here(root),
        config: config && here(config),
      };
      return compileFile({ ...options, ...places }, buildYaml, render());
    }
    case 'request': {
      const document = jsonOf(here(options.file), RequestDocument);
      const batch = compileDocument(document, here(options.root), render());
      return { out: json(answerOf(batch)), err: '', failed: !batch.ok };
    }
    case 'select': {
      const document = jsonOf(here(options.file), SelectionDocument);
      const rows = selectRows(document, here(options.root));
      return {
        out: json({ rows }),
        err: '',
        failed: rows.some(({ error }) => error !== undefined),
      };
    }
    case 'render':
      return renderOne(here(options.template), options.context && here(options.context), render());
  }
}

function renderOne(template: string, context: string | null, render: Render): Printed {
  const text = textOf(template, template);
  const values = context === null ? {} : jsonOf(context, z.record(z.string(), z.unknown()));
  const rendered = render(text, values);
  if (rendered.ok) return { out: rendered.value, err: '', failed: false };
  const { message, place } = rendered.error;
  const at = [template, place?.line, place?.column].filter((part) => part != null).join(':');
  return { out: '', err: `${at}: ${message}\n`, failed: true };
}

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
