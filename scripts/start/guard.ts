// Stands between `npm start` and a child that must not outlive it: runs `node ARGS…` in this
// process's own group and ends the whole group when standard input closes, which happens even
// when the parent is killed without a chance to tidy up. Run as a program, never imported.
import { spawn } from 'node:child_process';

const KILL_AFTER_MS = 3_000;

const child = spawn(process.execPath, process.argv.slice(2), {
  stdio: ['ignore', 'inherit', 'inherit'],
});
child.once('exit', (code) => process.exit(code ?? 1));

// A signal to the group reaches the child too: stay until it has ended.
process.on('SIGTERM', () => {});
process.on('SIGINT', () => {});

process.stdin.resume();
process.stdin.once('close', () => {
  process.kill(-process.pid, 'SIGTERM');
  setTimeout(() => process.kill(-process.pid, 'SIGKILL'), KILL_AFTER_MS);
});
