// An address in the settings, without a slash at its end.
import { z } from 'zod';

export const Url = z
  .string()
  .regex(/^https?:\/\/[^\s]+$/, 'expected an http(s) URL')
  .transform((url) => url.replace(/\/+$/, ''));
