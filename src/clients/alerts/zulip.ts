// A message for a Zulip stream. What anybody may have written stands in a code block, in which nobody is mentioned.
import type { z } from 'zod';
import type { ZulipChannel } from '../../../schemas/alert-channel.ts';
import { type AlertRequest, HEADLINES, type Message } from './message.ts';

/** Zulip takes 10,000 characters of a message. */
const TEXT_MAX = 8_000;

export function zulipRequest(
  { url, email, stream, topic }: z.infer<typeof ZulipChannel>,
  key: string,
  { kind, text, links }: Message,
): AlertRequest {
  const list = links.map(({ title, url }) => `[${title}](${url})`).join(' · ');
  const content = `**Sluice: ${HEADLINES[kind]}**\n${fenced(text.slice(0, TEXT_MAX))}\n${list}`;
  return {
    url: `${url}/api/v1/messages`,
    headers: {
      authorization: `Basic ${btoa(`${email}:${key}`)}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ type: 'stream', to: stream, topic, content }).toString(),
  };
}

/** Ended by no line of the text: its fence is longer than any in there. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
