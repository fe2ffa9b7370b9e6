// `npm run compile`: what a build.yaml would run, for people and for other programs. Reads the command
// line, prints, and exits with 2 when there is a mistake in what it was given.
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { answerOf } from './answer.ts';
import { compileDocument, RequestDocument, SelectionDocument, selectRows } from './document.ts';
import { nodeRender } from './engine.ts';
import { compileFile, type Printed } from './file.ts';
import { jsonOf } from './json-file.ts';
import { type Options, parseOptions, USAGE } from './options.ts';
import { readText } from './repository.ts';

const EXIT_MISTAKE = 2;

/** npm runs scripts in the project's folder; people name files from where they are. */
const here = (path: string): string =>
  isAbsolute(path) ? path : join(process.env['INIT_CWD'] ?? '.', path);

function run(options: Options): Printed {
  switch (options.kind) {
    case 'file':
      return compileFile(
        {
          ...options,
          buildYaml: here(options.buildYaml),
          root: options.root && here(options.root),
          config: options.config && here(options.config),
        },
        nodeRender(),
      );
    case 'request': {
      const document = jsonOf(here(options.file), RequestDocument);
      const batch = compileDocument(document, here(options.root), nodeRender());
      return { out: json(answerOf(batch)), err: '', failed: !batch.ok };
    }
    case 'select': {
      const document = jsonOf(here(options.file), SelectionDocument);
      return {
        out: json({ rows: selectRows(document, here(options.root)) }),
        err: '',
        failed: false,
      };
    }
    case 'render':
      return renderOne(here(options.template), options.context && here(options.context));
  }
}

function renderOne(template: string, context: string | null): Printed {
  const text = readText(template);
  if (text === null) throw new Error(`${template}: there is no such file, or it is not text`);
  const values = context === null ? {} : jsonOf(context, z.record(z.string(), z.unknown()));
  const rendered = nodeRender()(text, values);
  if (rendered.ok) return { out: rendered.value, err: '', failed: false };
  const { message, place } = rendered.error;
  const at = [template, place?.line, place?.column].filter((part) => part != null).join(':');
  return { out: '', err: `${at}: ${message}\n`, failed: true };
}

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

function main(): number {
  const parsed = parseOptions(process.argv.slice(2));
  switch (parsed.kind) {
    case 'help':
      process.stdout.write(USAGE);
      return 0;
    case 'refused':
      process.stderr.write(`${parsed.why}\n\n${USAGE}`);
      return EXIT_MISTAKE;
    case 'run': {
      const { out, err, failed } = run(parsed.options);
      process.stdout.write(out);
      process.stderr.write(err);
      return failed ? EXIT_MISTAKE : 0;
    }
  }
}

try {
  process.exitCode = main();
} catch (error) {
  // A file that was named cannot be read: one sentence, not a stack trace.
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = EXIT_MISTAKE;
}
