// Makes test/fixtures/github-openapi.json, by hand, from GitHub's whole interface description:
//   npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz package/generated/api.github.com.json
//   node test/support/openapi/trim.ts package/generated/api.github.com.json
// It keeps the chosen operations and webhooks with everything that they refer to, and drops the prose.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPERATIONS, WEBHOOKS } from './operations.ts';

const SOURCE = 'from npm package @octokit/openapi 23.0.2 (MIT)';
const PROSE = /^(summary|description|example|examples|externalDocs|tags|title|x-(?!webhooks).*)$/;

type Json = { readonly [key: string]: unknown };

const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function child(parent: unknown, key: string): unknown {
  if (isJson(parent) && Object.hasOwn(parent, key)) return parent[key];
  throw new Error(`the description has no ${key}`);
}

/** `isMap`: the keys are names that somebody chose, such as of properties, so none of them is prose. */
function withoutProse(value: unknown, isMap = false): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutProse(item));
  if (!isJson(value)) return value;
  const kept = Object.entries(value).filter(([key]) => isMap || !PROSE.test(key));
  return Object.fromEntries(
    kept.map(([key, inner]) => [key, withoutProse(inner, !isMap && key === 'properties')]),
  );
}

const refsIn = (text: string): string[] =>
  [...text.matchAll(/"\$ref":"#\/components\/([^"]+)"/g)].map(([, path = '']) => path);

function trim(whole: unknown): object {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [method, chosen] of Object.entries(OPERATIONS)) {
    for (const path of chosen) {
      const operation = withoutProse(child(child(child(whole, 'paths'), path), method));
      paths[path] = { ...paths[path], [method]: operation };
    }
  }
  const webhooks: Record<string, unknown> = {};
  for (const name of WEBHOOKS) {
    webhooks[name] = withoutProse(child(child(whole, 'x-webhooks'), name));
  }
  const components: Record<string, Record<string, unknown>> = {};
  const waiting = refsIn(JSON.stringify([paths, webhooks]));
  for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
    const [kind = '', name = ''] = ref.split('/');
    if (components[kind]?.[name] !== undefined) continue;
    const part = withoutProse(child(child(child(whole, 'components'), kind), name));
    components[kind] = { ...components[kind], [name]: part };
    waiting.push(...refsIn(JSON.stringify(part)));
  }
  const info = { title: "Part of GitHub's interface description, without prose", version: SOURCE };
  return { openapi: child(whole, 'openapi'), info, paths, 'x-webhooks': webhooks, components };
}

const [source] = process.argv.slice(2);
if (source === undefined) throw new Error('usage: node test/support/openapi/trim.ts FILE');
const target = join(import.meta.dirname, '..', '..', 'fixtures', 'github-openapi.json');
const whole: unknown = JSON.parse(readFileSync(source, 'utf8'));
writeFileSync(target, `${JSON.stringify(trim(whole))}\n`);
