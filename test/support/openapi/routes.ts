// Finds the operation of GitHub's interface description that a request asks for.

import { description, isJson, type Json, resolved } from './schema.ts';

export interface Operation {
  readonly parameters: readonly unknown[];
  readonly requestBody: Json | null;
  readonly responses: Json;
}

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly operation: Operation;
  /** Of the path, without its parameters: of two that match, the longer one is meant. */
  readonly literals: number;
}

/** Their values may hold slashes. */
const LONG = ['ref', 'path', 'basehead', 'branch', 'name'];

function routeOf(method: string, path: string, part: Json): Route {
  const names: string[] = [];
  const pattern = path.replace(/\{(\w+)\}|[.*+?^$()|[\]\\]/g, (found, name?: string) => {
    if (name === undefined) return `\\${found}`;
    names.push(name);
    return LONG.includes(name) ? '(.*)' : '([^/]+)';
  });
  const parameters = part['parameters'];
  const body = part['requestBody'];
  return {
    method: method.toUpperCase(),
    pattern: new RegExp(`^${pattern}$`),
    names,
    literals: path.replace(/\{\w+\}/g, '').length,
    operation: {
      parameters: Array.isArray(parameters) ? parameters : [],
      requestBody: isJson(body) ? resolved(body) : null,
      responses: isJson(part['responses']) ? part['responses'] : {},
    },
  };
}

let routes: readonly Route[] | undefined;

function allRoutes(): readonly Route[] {
  if (routes !== undefined) return routes;
  const { paths } = description();
  routes = Object.entries(isJson(paths) ? paths : {})
    .flatMap(([path, methods]) =>
      Object.entries(isJson(methods) ? methods : {}).map(([method, part]) =>
        routeOf(method, path, resolved(part)),
      ),
    )
    .toSorted((a, b) => b.literals - a.literals);
  return routes;
}

/** @param path with its query; null when nothing is described there */
export function findOperation(method: string, path: string) {
  // A repository is found by its number, too, which the description leaves unsaid.
  const pathname = new URL(path, 'http://x').pathname.replace(/^\/repositories\/\d+/, '/repos/-/-');
  for (const route of allRoutes()) {
    if (route.method !== method) continue;
    const values = route.pattern.exec(pathname)?.slice(1);
    if (values === undefined) continue;
    const parameters: Record<string, string> = Object.fromEntries(
      route.names.map((name, index) => [name, decodeURIComponent(values[index] ?? '')]),
    );
    return { operation: route.operation, parameters };
  }
  return null;
}
