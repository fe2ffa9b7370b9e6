/**
 * Tells clients what there is: versions, groups, resources, and as much of OpenAPI as kubectl looks
 * at before it sends something.
 */
import { Hono } from 'hono';
import { apiVersionOf, groupVersions, type Kind, kinds } from '../kinds.ts';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const ofParts = ['get', 'patch', 'update'];

/**
 * `swagger: "2.0"` and nothing else, as protocol buffers: older kubectls insist on a document, and
 * check nothing of which it says nothing.
 */
const emptyDocument = Buffer.from([0x0a, 3, ...Buffer.from('2.0')]);

/** Open to everybody, as on a real server. */
export function publicRoutes(): Hono {
  const routes = new Hono();
  for (const path of ['/healthz', '/livez', '/readyz']) routes.get(path, (c) => c.text('ok'));
  routes.get('/version', (c) =>
    c.json({
      major: '1',
      minor: '32',
      gitVersion: 'v1.32.0+sluice',
      gitCommit: '',
      gitTreeState: 'clean',
      buildDate: '1970-01-01T00:00:00Z',
      goVersion: '',
      compiler: '',
      platform: 'local/any',
    }),
  );
  return routes;
}

export function discoveryRoutes(): Hono {
  const routes = new Hono();
  routes.get('/api', (c) =>
    c.json({
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1' }],
    }),
  );
  const groups = groupVersions().filter(({ group }) => group !== '');
  routes.get('/apis', (c) =>
    c.json({ kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupOf) }),
  );
  for (const { group, version } of groups) {
    routes.get(`/apis/${group}`, (c) =>
      c.json({ kind: 'APIGroup', apiVersion: 'v1', ...groupOf({ group, version }) }),
    );
  }
  for (const { group, version } of groupVersions()) {
    routes.get(rootOf(group, version), (c) => c.json(resourceList(group, version)));
  }
  routes.route('/openapi', openApiRoutes());
  return routes;
}

function groupOf({ group, version }: { group: string; version: string }) {
  const preferred = { groupVersion: `${group}/${version}`, version };
  return { name: group, versions: [preferred], preferredVersion: preferred };
}

function rootOf(group: string, version: string): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
}

const kindsOf = (group: string, version: string): Kind[] =>
  kinds.filter((kind) => kind.group === group && kind.version === version);

function resourceList(group: string, version: string) {
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: group === '' ? version : `${group}/${version}`,
    resources: kindsOf(group, version).flatMap(resourcesOf),
  };
}

function resourcesOf(kind: Kind): object[] {
  const { plural, singular, namespaced, shortNames } = kind;
  const whole = {
    name: plural,
    singularName: singular,
    namespaced,
    kind: kind.kind,
    verbs,
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(kind.inAll ? { categories: ['all'] } : {}),
  };
  const part = (name: string, more: object) => ({
    name: `${plural}/${name}`,
    singularName: '',
    namespaced,
    kind: kind.kind,
    verbs: ofParts,
    ...more,
  });
  return [
    whole,
    ...(kind.kind === 'Namespace' ? [part('finalize', { verbs: ['update'] })] : []),
    ...(kind.scalable
      ? [part('scale', { group: 'autoscaling', version: 'v1', kind: 'Scale' })]
      : []),
    ...(kind.hasStatus ? [part('status', {})] : []),
  ];
}

/** No schemas: kubectl then lets the server judge, which is asked to by `fieldValidation`. */
function openApiRoutes(): Hono {
  const routes = new Hono();
  const info = { title: 'Kubernetes', version: 'v1.32.0' };
  routes.get('/v2', (c) => {
    const accepted = c.req.header('accept') ?? '';
    if (!accepted.includes('protobuf')) {
      return c.json({ swagger: '2.0', info, paths: {}, definitions: {} });
    }
    return c.body(new Uint8Array(emptyDocument), 200, {
      'content-type': 'application/octet-stream',
    });
  });
  routes.get('/v3', (c) => {
    const paths = groupVersions().map(({ group, version }) => {
      const root = rootOf(group, version);
      return [root.slice(1), { serverRelativeURL: `/openapi/v3${root}` }];
    });
    return c.json({ paths: Object.fromEntries(paths) });
  });
  for (const { group, version } of groupVersions()) {
    routes.get(`/v3${rootOf(group, version)}`, (c) => {
      const paths = kindsOf(group, version).map((kind) => [
        itemPath(kind),
        { patch: patchOf(kind) },
      ]);
      return c.json({ openapi: '3.0.0', info, paths: Object.fromEntries(paths), components: {} });
    });
  }
  return routes;
}

function itemPath(kind: Kind): string {
  const place = kind.namespaced ? '/namespaces/{namespace}' : '';
  return `${rootOf(kind.group, kind.version)}${place}/${kind.plural}/{name}`;
}

function patchOf(kind: Kind): object {
  const { group, version } = kind;
  const parameter = (name: string) => ({ name, in: 'query', schema: { type: 'string' } });
  return {
    operationId: `patch ${apiVersionOf(kind)} ${kind.kind}`,
    parameters: [parameter('dryRun'), parameter('fieldValidation'), parameter('fieldManager')],
    responses: { 200: { description: 'OK' } },
    'x-kubernetes-action': 'patch',
    'x-kubernetes-group-version-kind': { group, version, kind: kind.kind },
  };
}
