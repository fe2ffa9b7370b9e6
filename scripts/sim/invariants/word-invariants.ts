// What people are told on a pull request itself, and whom it is given to: what must hold of it when everything rests.
import type { Resident } from '../run/scene.ts';
import type { WorldPull } from '../world/github-world.ts';
import { mayRun, openPulls } from './oracle.ts';
import type { RestInvariant } from './rest-invariants.ts';

const asksForAuthorization = ({ body }: { readonly body: string }): boolean =>
  body.includes('is not tested yet');

export const wordInvariants: readonly RestInvariant[] = [
  {
    name: 'a stranger is told',
    sentence:
      'Two polls after the last change an open pull request has one comment of ours about its authorization if it needs one, and none that says so if it does not; after lost storage there may be another.',
    from: 'two polls',
    check: (sim, town) => {
      for (const pull of openPulls(sim, town)) {
        const ours = pull.comments.filter(({ body }) =>
          body.includes(`sluice: authorization ${town.config.name} `),
        );
        const asking = ours.filter(asksForAuthorization).length;
        const wanted = mayRun(pull, town.told, town.config) ? 0 : 1;
        // Reads that lag may hide one that is forgotten, and what is forgotten is not edited.
        const forgotten = town.object.memoriesLost;
        if (asking < wanted || asking > wanted + forgotten || ours.length > 1 + forgotten)
          return `#${pull.number} has ${ours.length}, of which ${asking} ask for authorization`;
      }
      return null;
    },
  },
  {
    name: 'a wish for a reviewer is granted',
    sentence:
      'Two polls after the last change somebody of the team that an open pull request names is assigned and asked for review, and is not its author; after lost storage, or for another branch, perhaps only assigned.',
    from: 'two polls',
    check: (sim, town) => {
      const pull = openPulls(sim, town).find((each) => !isGranted(each, town));
      return pull ? `#${pull.number} is assigned to ${pull.assignees.join() || 'nobody'}` : null;
    },
  },
];

function isGranted(
  { body, author, assignees, reviewers, retargeted }: WorldPull,
  { config: { teams }, object: { memoriesLost } }: Resident,
): boolean {
  const team = Object.keys(teams).find((name) => body.includes(`#assign ${name}`));
  if (team === undefined) return assignees.length === 0;
  return (
    assignees.length > 0 &&
    // Half of it may have been done before that was forgotten, or before it was another branch's to do. Whoever did not do
    // that half cannot know it from a person's choice, and leaves alone what is assigned already (S5.5).
    (memoriesLost > 0 || retargeted || assignees.join() === reviewers.join()) &&
    assignees.every((login) => login !== author && teams[team]?.includes(login))
  );
}
