// What browsers get as it is: style sheet, scripts and icon, each under an address that changes with its text, so that it
// may be kept for ever.
import idiomorph from 'idiomorph/dist/idiomorph.min.js';
import { digest } from '../core/digest.ts';
import base from './assets/base.css';
import boxes from './assets/boxes.css';
import frame from './assets/frame.css';
import icon from './assets/icon.svg';
import live from './assets/live.js';
import narrow from './assets/narrow.css';
import pull from './assets/pull.css';
import tablesAndForms from './assets/tables-and-forms.css';

export interface Asset {
  readonly text: string;
  readonly type: string;
}

const JAVASCRIPT = 'text/javascript; charset=utf-8';

export const assets: Readonly<Record<string, Asset>> = {
  'style.css': {
    text: [base, frame, boxes, tablesAndForms, pull, narrow].join('\n'),
    type: 'text/css; charset=utf-8',
  },
  'idiomorph.js': { text: idiomorph, type: JAVASCRIPT },
  'live.js': { text: live, type: JAVASCRIPT },
  'icon.svg': { text: icon, type: 'image/svg+xml' },
};

const hrefs = new Map(
  Object.entries(assets).map(([name, { text }]) => [name, `/assets/${digest(text)}/${name}`]),
);

export const assetHref = (name: string): string => hrefs.get(name) ?? `/assets/none/${name}`;
