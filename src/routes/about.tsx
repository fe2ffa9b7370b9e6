// What the service says of itself: its version, and its API as OpenAPI in JSON, YAML and as a page.
import { Hono } from 'hono';
import { stringify } from 'yaml';
import { VERSION } from '../core/version.ts';
import { may } from '../core/viewer.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { ApiPage } from '../views/api-page.tsx';
import { openapi } from './openapi/document.ts';
import { show } from './show.tsx';

/** @param deployment which of this version, where the platform says it */
export function aboutRoutes(deployment: string | null): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  // Made when it is first asked for: a start need not pay for it.
  let made: ReturnType<typeof openapi> | null = null;
  const document = () => {
    made ??= openapi(VERSION);
    return made;
  };

  app.get('/api/v1alpha/version', (c) =>
    c.text(
      deployment !== null && may(c.get('viewer'), 'read_ci') ? `${VERSION}-${deployment}` : VERSION,
    ),
  );
  app.get('/openapi.json', (c) => c.json(document()));
  // Without anchors: not every reader of OpenAPI follows them.
  app.get('/openapi.yaml', (c) =>
    c.body(stringify(document(), { aliasDuplicateObjects: false }), 200, {
      'content-type': 'application/yaml; charset=utf-8',
    }),
  );
  app.get('/swagger', (c) => show(c, <ApiPage document={document()} />));
  return app;
}
