// Serves the style sheet, the scripts and the icon. Needs no permission: there is nothing of anybody in them.
import { Hono } from 'hono';
import { assetHref, assets } from '../views/assets.ts';

export function assetRoutes(): Hono {
  return new Hono().get('/assets/:digest/:name', (c) => {
    const { name } = c.req.param();
    const asset = Object.hasOwn(assets, name) ? assets[name] : undefined;
    if (!asset) return c.text(`404: there is no asset ${name}`, 404);
    return c.body(asset.text, 200, {
      'content-type': asset.type,
      // A page of the version before asks for its own, and is not to keep ours in its place.
      'cache-control':
        c.req.path === assetHref(name) ? 'public, max-age=31536000, immutable' : 'no-store',
    });
  });
}
