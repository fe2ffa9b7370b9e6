// An alert on its way to a channel, and what every channel's request is made of.
import type { Alert, AlertKind } from '../../../schemas/alert.ts';
import type { AlertLink } from '../../core/alert.ts';

export interface Message extends Alert {
  readonly branch: string;
  readonly links: readonly AlertLink[];
}

export interface AlertRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** In our own words alone: nothing in it is written by anybody else. */
export const HEADLINES: Readonly<Record<AlertKind, string>> = {
  deploy_failed: 'A deploy failed',
  frozen: 'A branch was frozen',
  landing_mismatch: 'A landing was read back wrong',
  credentials: 'Credentials or settings have to be mended',
  standstill: 'The queue stands still',
};
