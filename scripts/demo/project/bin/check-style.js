// The house style: files end with one newline; no tabs, no trailing blanks, no long lines.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folders = ['bin', 'data', 'src', 'test'];
const problems = [];

for (const folder of folders) {
  for (const name of readdirSync(join(root, folder))) {
    const path = `${folder}/${name}`;
    const text = readFileSync(join(root, path), 'utf8');
    if (!text.endsWith('\n') || text.endsWith('\n\n')) {
      problems.push(`${path}: must end with exactly one newline`);
    }
    for (const [index, line] of text.split('\n').entries()) {
      const where = `${path}:${index + 1}`;
      if (line.includes('\t')) problems.push(`${where}: has a tab`);
      if (/\s$/.test(line)) problems.push(`${where}: ends with a blank`);
      if (line.length > 100) problems.push(`${where}: is longer than 100 characters`);
    }
  }
}

for (const problem of problems) console.error(problem);
console.log(problems.length === 0 ? 'style: all well' : `style: ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
