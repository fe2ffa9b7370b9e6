// `npm run compile`: what a build.yaml would run, for people and for other programs.
import { runCommand } from './command.ts';
import { nodeRender } from './engine.ts';

// npm runs scripts in the project's folder; people name files from where they are.
const from = process.env['INIT_CWD'] ?? process.cwd();
const { status, out, err } = runCommand(process.argv.slice(2), from, nodeRender);
process.stdout.write(out);
process.stderr.write(err);
// Not process.exit: what was printed may still be on its way.
process.exitCode = status;
