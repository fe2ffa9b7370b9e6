// The few words that every noun of the forge's memory is written with. Schemas only.

import { z } from 'zod';

export const sha = z.string().regex(/^[0-9a-f]{40}$/);
export const login = z.string();
/** ISO 8601 in UTC, to the second. */
export const instant = z.string();
