// S10.1: developers by either of their names, and the version that the program believes to be.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findDeveloper } from '../../src/core/developers.ts';
import { VERSION } from '../../src/core/version.ts';
import type { Viewer } from '../../src/core/viewer.ts';

const alice = { github: 'alice', account: 'alice' };
const bob = { github: 'bob', account: 'carol' };
const carol = { github: 'carol', account: 'caroline' };
const developers = [alice, bob, carol];
const viewer = (login: string | null): Viewer => ({
  ...{ login, name: login ?? 'token bot', permissions: [], csrf: null },
});

describe('S10.1 a developer', () => {
  it.each<[name: string, login: string | null, found: object | null]>([
    ['alice', null, alice],
    ['ALICE', null, alice],
    ['bob', null, bob],
    ['carol', null, bob],
    ['caroline', null, carol],
    ['eve', null, null],
    ['me', 'Bob', bob],
    ['me', 'eve', null],
    ['me', null, null],
  ])('%s, asked for by %s: an account goes before a login', (name, login, found) => {
    expect(findDeveloper(developers, name, viewer(login))).toBe(found);
  });
});

it('the version is that of the package', () => {
  expect(JSON.parse(readFileSync('package.json', 'utf8'))).toMatchObject({ version: VERSION });
});
