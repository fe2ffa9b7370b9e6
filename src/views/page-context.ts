// What every part of a page may need to know, whatever the page is about: who looks, when, and where.
import { createContext, useContext } from 'hono/jsx';
import { may, type Viewer } from '../core/viewer.ts';

export interface PageContext {
  readonly viewer: Viewer;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** With its query. */
  readonly path: string;
  /** What came of the form that led here. */
  readonly flash: Flash | null;
}

export interface Flash {
  readonly tone: 'good' | 'bad';
  readonly text: string;
}

export const Page = createContext<PageContext>({
  viewer: { login: null, name: 'anonymous', permissions: [], csrf: null },
  now: 0,
  path: '/',
  flash: null,
});

export const usePage = (): PageContext => useContext(Page);

/** Are buttons of use to who looks? */
export const useMayManage = (): boolean => may(usePage().viewer, 'manage_ci');
