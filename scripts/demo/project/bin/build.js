// Builds the page into the folder that is named: index.html and theme.css.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMenu } from '../src/menu.js';
import { renderPage } from '../src/page.js';

const root = join(import.meta.dirname, '..');
const read = (path) => readFileSync(join(root, path), 'utf8');
const target = process.argv[2] ?? 'dist';

const menu = readMenu(read('data/menu.json'));
const page = renderPage({ menu, about: read('data/about.txt'), version: 'Baked fresh today.' });
mkdirSync(target, { recursive: true });
writeFileSync(join(target, 'index.html'), page);
copyFileSync(join(root, 'src/theme.css'), join(target, 'theme.css'));

const items = menu.reduce((sum, section) => sum + section.items.length, 0);
console.log(`${items} items in ${menu.length} sections -> ${target}`);
