// A message for a Slack channel's incoming webhook. What anybody may have written is shown as plain text, in which nothing is
// a link, a format or a mention.
import { type AlertRequest, HEADLINES, type Message } from './message.ts';

/** Slack takes 3,000 characters of a section and refuses more. */
const TEXT_MAX = 2_900;

export function slackRequest(secret: string, { kind, text, links }: Message): AlertRequest {
  const shown = text.slice(0, TEXT_MAX);
  const list = links.map(({ title, url }) => `<${url}|${escaped(title)}>`).join(' · ');
  return {
    url: secret,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      // For notifications, which show no blocks.
      text: escaped(`${HEADLINES[kind]}: ${shown}`),
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: `*Sluice: ${HEADLINES[kind]}*` } },
        { type: 'section', text: { type: 'plain_text', text: shown, emoji: false } },
        { type: 'context', elements: [{ type: 'mrkdwn', text: list }] },
      ],
      unfurl_links: false,
    }),
  };
}

/** By these three Slack marks links and mentions. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
