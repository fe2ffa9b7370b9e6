// What the middleware leaves for the routes.
import type { Viewer } from '../core/viewer.ts';

export interface AppEnv {
  Variables: { viewer: Viewer };
}
