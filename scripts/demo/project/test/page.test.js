import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderPage } from '../src/page.js';

const menu = [{ title: 'bread', items: [{ name: 'Bap & butter', pence: 120 }] }];

test('the page lists each item with its price', () => {
  const page = renderPage({ menu, about: 'Hello.', version: 'v1' });
  assert.match(page, /<td>Bap &amp; butter<\/td><td>£1\.20<\/td>/);
});

test('blank lines in the text begin a new paragraph', () => {
  const page = renderPage({ menu, about: 'One.\n\nTwo.\n', version: 'v1' });
  assert.match(page, /<p>One\.<\/p>\n<p>Two\.<\/p>/);
});
