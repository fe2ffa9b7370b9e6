import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readMenu } from '../src/menu.js';

const menuFile = new URL('../data/menu.json', import.meta.url);

test('everything on our menu can be sold', () => {
  const menu = readMenu(readFileSync(menuFile, 'utf8'));
  assert.ok(menu.every((section) => section.items.length > 0));
});

test('nothing is on the menu twice', () => {
  const names = readMenu(readFileSync(menuFile, 'utf8')).flatMap((section) =>
    section.items.map((item) => item.name),
  );
  assert.deepEqual(names, [...new Set(names)]);
});

test('an item without a price is refused by name', () => {
  assert.throws(() => readMenu('{"bread":[{"name":"Bun","pence":null}]}'), /Bun: the price/);
});
