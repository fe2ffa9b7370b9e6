// The demo's pull requests as data: who proposes what, and what is to become of it. The order of
// events between them is told by story.ts; here is only the cast.
import { alice, bob, carol, mallory, type Person } from './people.ts';

/** How a pull request ends up, in the words of the report. */
export type Outcome =
  | 'landed'
  | 'landed after a retest'
  | 'landed after authorization'
  | 'failed its tests'
  | 'conflicts with main'
  | 'held by its label'
  | 'undecided';

export interface Fate {
  readonly author: Person;
  readonly branch: string;
  readonly title: string;
  readonly body: string;
  /** New text of each file that changes, made from its present text. */
  readonly edits: Readonly<Record<string, (text: string) => string>>;
  readonly intended: Outcome;
}

/** Replaces the one place where `from` stands; a project that changed under the demo fails here. */
const replace =
  (from: string, to: string) =>
  (text: string): string => {
    if (text.split(from).length !== 2) throw new Error(`expected once in the file: ${from}`);
    return text.replace(from, to);
  };

export const sourdough: Fate = {
  author: alice,
  branch: 'pr/sourdough',
  title: 'Menu: add a sourdough loaf',
  body: 'Two days in the making, and the first thing people ask for.',
  edits: {
    'data/menu.json': replace(
      '    { "name": "Seeded rye"',
      '    { "name": "Sourdough", "pence": 380 },\n    { "name": "Seeded rye"',
    ),
  },
  intended: 'landed',
};

export const wholePounds: Fate = {
  author: bob,
  branch: 'pr/whole-pounds',
  title: 'Prices: write £2, not £2.00',
  body: 'Shorter, and it is how the board in the shop has it.',
  edits: {
    'src/money.js': replace(
      '  return `£',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the template of the edited file
      '  if (pence % 100 === 0) {\n    return `£${pence / 100}`;\n  }\n  return `£',
    ),
    'test/money.test.js': replace(
      "test('a price below a pound",
      "test('whole pounds have no pence', () => {\n  assert.equal(formatPrice(200), '£2');\n});\n\ntest('a price below a pound",
    ),
  },
  intended: 'landed after a retest',
};

export const cinnamonBun: Fate = {
  author: carol,
  branch: 'pr/cinnamon-bun',
  title: 'Menu: cinnamon buns, price to be decided',
  body: 'We agree on the bun; the price can follow.',
  edits: {
    'data/menu.json': replace(
      '    { "name": "Eccles cake"',
      '    { "name": "Cinnamon bun", "pence": null },\n    { "name": "Eccles cake"',
    ),
  },
  intended: 'failed its tests',
};

export const flour: Fate = {
  author: mallory,
  branch: 'pr/flour',
  title: 'About: it is flour that is milled, not flower',
  body: 'Seen while buying bread.',
  edits: { 'data/about.txt': replace('our flower is', 'our flour is') },
  intended: 'landed after authorization',
};

export const winter: Fate = {
  author: bob,
  branch: 'pr/winter-colours',
  title: 'Page: darker colours for the winter',
  body: 'Ready, but not before December.',
  edits: {
    'src/theme.css': (text) =>
      replace(
        'background: #fdf6ec',
        'background: #2b2320',
      )(replace('color: #3b2a1a', 'color: #f3e3cf')(text)),
  },
  intended: 'held by its label',
};

export const walnut: Fate = {
  author: carol,
  branch: 'pr/walnut-loaf',
  title: 'Menu: add a walnut loaf',
  body: 'Written before the sourdough came in, in the same place of the menu.',
  edits: {
    'data/menu.json': replace(
      '    { "name": "Seeded rye"',
      '    { "name": "Walnut loaf", "pence": 360 },\n    { "name": "Seeded rye"',
    ),
  },
  intended: 'conflicts with main',
};
