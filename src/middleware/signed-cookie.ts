// A cookie that only we can write and no script can read: signed, for a limited time, of one use. What it holds is
// no secret to whoever has it.
import type { Context } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import { z } from 'zod';

export interface CookieSettings {
  /** The present secret first, then those that are being rotated out. */
  readonly secrets: readonly string[];
  readonly secure: boolean;
  readonly now: () => number;
}

export interface SignedCookie<T> {
  /** @returns null for none, for one that is not ours, and for one that is too old */
  read(c: Context): Promise<T | null>;
  write(c: Context, value: T): Promise<void>;
  drop(c: Context): void;
}

/** @param name also says what it is for: of another name it is worth nothing, though we signed it */
export function signedCookie<T>(
  { secrets, secure, now }: CookieSettings,
  { name, schema, lastsMs }: { name: string; schema: z.ZodType<T>; lastsMs: number },
): SignedCookie<T> {
  const Content = z.object({ for: z.literal(name), until: z.number(), value: z.unknown() });
  // Signed, and so written by us; but perhaps by an older version, or for something else.
  const parse = (text: string): T | null => {
    const content = Content.safeParse(JSON.parse(text)).data;
    if (!content || content.until <= now()) return null;
    return schema.safeParse(content.value).data ?? null;
  };
  // With the prefix, no other host of the domain can plant one; it wants https.
  const prefix = secure ? ({ prefix: 'host' } as const) : {};
  return {
    async read(c) {
      for (const secret of secrets) {
        const text = await getSignedCookie(c, secret, name, prefix.prefix);
        if (typeof text === 'string') return parse(text);
      }
      return null;
    },
    async write(c, value) {
      const [secret] = secrets;
      if (secret === undefined) throw new Error('there is no secret to sign cookies with');
      const text = JSON.stringify({ for: name, until: now() + lastsMs, value });
      const maxAge = lastsMs / 1000;
      const options = {
        ...prefix,
        path: '/',
        maxAge,
        secure,
        httpOnly: true,
        sameSite: 'Lax',
      } as const;
      await setSignedCookie(c, name, text, secret, options);
    },
    drop(c) {
      deleteCookie(c, name, { ...prefix, path: '/', secure, httpOnly: true, sameSite: 'Lax' });
    },
  };
}
