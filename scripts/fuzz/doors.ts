// All doors by their names. What is behind one is loaded when it is opened: whoever enters one needs no other.
import './page-modules.ts';
import type { Door } from './door.ts';

/** Of the Worker's own world of types, which is not that of Node's programs: found by its name alone. */
const ROUTES = './doors/routes.ts';

type RouteDoors = Readonly<Record<'webhookDoor' | 'routesDoor', Door>>;

const routes = (): Promise<RouteDoors> => import(ROUTES);
const answers = () => import('./doors/answers.ts');
const texts = () => import('./doors/texts.ts');

export const doors: Readonly<Record<string, () => Promise<Door>>> = {
  webhook: async () => (await routes()).webhookDoor,
  routes: async () => (await routes()).routesDoor,
  github: async () => (await answers()).answersDoor('github'),
  batch: async () => (await answers()).answersDoor('batch'),
  kubernetes: async () => (await import('./doors/kubernetes.ts')).kubernetesDoor,
  'build-yaml': async () => (await texts()).buildYamlDoor,
  template: async () => (await texts()).templateDoor,
  config: async () => (await texts()).configDoor,
  state: async () => (await import('./doors/state.ts')).stateDoor,
};
