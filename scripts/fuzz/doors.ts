// All doors, ready to be entered.
import './page-modules.ts';
import type { Door } from './door.ts';
import { answersDoor } from './doors/answers.ts';
import { kubernetesDoor } from './doors/kubernetes.ts';
import { stateDoor } from './doors/state.ts';
import { buildYamlDoor, configDoor, templateDoor } from './doors/texts.ts';

/** Of the Worker's own world of types, which is not that of Node's programs: found by its name alone. */
const ROUTES = './doors/routes.ts';

export async function allDoors(): Promise<readonly Door[]> {
  const { routeDoors }: { routeDoors: readonly Door[] } = await import(ROUTES);
  return [
    ...routeDoors,
    answersDoor('github'),
    answersDoor('batch'),
    kubernetesDoor,
    buildYamlDoor,
    templateDoor,
    configDoor,
    stateDoor,
  ];
}
