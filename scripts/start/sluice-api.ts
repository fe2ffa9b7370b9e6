// Speaks to a running Sluice as any outside client would: its JSON API over HTTP, parsed at the
// door. It knows nothing of Sluice's inside, so what the demo reports is what a user can see.
import { z } from 'zod';

const reason = z.object({ kind: z.string(), text: z.string() });
const pull = z.object({
  number: z.number(),
  title: z.string(),
  author: z.string(),
  batch_id: z.number().nullish(),
  build_state: z.string().nullish(),
  source_sha: z.string(),
  target_sha: z.string().nullish(),
  tested_sha: z.string().nullish(),
  reasons: z.array(reason).default([]),
});
const event = z.object({
  seq: z.number(),
  /** ISO 8601. */
  at: z.iso.datetime(),
  kind: z.string(),
  pr: z.number().nullable(),
  text: z.string(),
  data: z.record(z.string(), z.unknown()).default({}),
});
const eventPage = z.object({ events: z.array(event), next: z.number() });

export type PullStatus = z.infer<typeof pull>;
export type SluiceEvent = z.infer<typeof event>;

export interface SluiceApi {
  /** Open pull requests of the branch, each with why it is not merging. */
  pulls(): Promise<PullStatus[]>;
  /** One pull request, also a landed or closed one; null when Sluice never saw it. */
  pull(number: number): Promise<PullStatus | null>;
  /** What happened after the event numbered `after`, oldest first, and the number to ask from next. */
  eventsAfter(after: number): Promise<{ events: SluiceEvent[]; next: number }>;
  /** Lets a commit by somebody who is no developer be tested. */
  authorizeSha(sha: string, manageToken: string): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 15_000;

/** @param branch the watched branch's name; all paths but authorize_sha are about it. */
export function sluiceApi(url: string, branch: string): SluiceApi {
  const base = `${url}/api/v1alpha`;
  const watched = `${base}/watched_branches/${encodeURIComponent(branch)}`;
  return {
    pulls: async () => z.array(pull).parse(await readJson(`${watched}/prs`)),
    async pull(number) {
      const response = await request(`${watched}/prs/${number}`);
      if (response.status === 404) return null;
      return pull.parse(JSON.parse(await bodyOf(response)));
    },
    eventsAfter: async (after) =>
      eventPage.parse(await readJson(`${watched}/events?after=${after}`)),
    async authorizeSha(sha, manageToken) {
      const response = await request(`${base}/authorize_sha`, {
        method: 'POST',
        headers: { authorization: `Bearer ${manageToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ sha }),
      });
      await bodyOf(response);
    },
  };
}

const request = (url: string, init: RequestInit = {}): Promise<Response> =>
  fetch(url, { ...init, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });

async function readJson(url: string): Promise<unknown> {
  return JSON.parse(await bodyOf(await request(url)));
}

async function bodyOf(response: Response): Promise<string> {
  const body = await response.text();
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${body.slice(0, 300)}`);
  return body;
}
