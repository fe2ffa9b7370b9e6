// Mistakes in what people are told on a pull request, and in whom it is given to.
import type { PlantedBug } from './planted-bug.ts';

export const wordBugs: readonly PlantedBug[] = [
  {
    name: 'comment without a look',
    file: 'src/clients/github/comments.ts',
    was: 'return known.value === null ? this.#post(pr, body) : this.#edit(known.value, body);',
    becomes: 'return this.#post(pr, body);',
    sentence: 'A comment whose answer was lost is made once more.',
  },
  {
    name: 'never take a comment back',
    file: 'src/core/authorization-comment.ts',
    was: 'if (comment === null) return null;',
    becomes: 'if (comment === null || comment.words) return null;',
    sentence: 'What says that a commit is not tested says so still when it is.',
  },
  {
    name: 'look for a comment too early',
    file: 'src/core/word.ts',
    was: "kind === 'comment' || kind",
    becomes: 'kind',
    sentence: 'A comment whose answer was lost is looked for while reads lag, and made once more.',
    rare: true,
  },
  {
    name: 'have the author review',
    file: 'src/core/reviewer.ts',
    was: '.filter((login) => !isAuthor(login))',
    becomes: '',
    sentence: 'Whoever is chosen of a team may be the author.',
  },
  {
    name: 'choose another each time',
    file: 'src/core/reviewer.ts',
    was: 'if (pull.reviewer?.team === team) return pull;',
    becomes: '',
    sentence: 'After a call that failed somebody else is assigned, too.',
  },
];
