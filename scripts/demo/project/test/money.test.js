import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPrice } from '../src/money.js';

test('a price of a pound or more is in pounds', () => {
  assert.equal(formatPrice(240), '£2.40');
  assert.equal(formatPrice(1099), '£10.99');
});

test('a price below a pound is in pence', () => {
  assert.equal(formatPrice(85), '85p');
});
