// The small words of all pages: commits, times, durations, states, people.
import type { Child } from 'hono/jsx';
import { Icon, type IconName, type Tone } from './icon.tsx';
import { usePage } from './page-context.ts';

export const None = ({ children = '–' }: { children?: Child }) => (
  <span class="soft">{children}</span>
);

export const Commit = ({ sha }: { sha: string | null }) =>
  sha ? (
    <code class="sha" title={sha}>
      {sha.slice(0, 7)}
    </code>
  ) : (
    <None />
  );

/** A time as far as it is away, with the time itself in UTC to who asks. */
export const Moment = ({ at }: { at: string | null }) => {
  const { now } = usePage();
  if (at === null) return <None />;
  return (
    <time datetime={at} title={`${at.slice(0, 19).replace('T', ' ')} UTC`} data-relative>
      {relative(now - Date.parse(at))}
    </time>
  );
};

/** The script on the page goes on with it as time goes by. */
export function relative(ms: number): string {
  const text = distance(Math.round(Math.abs(ms) / 1_000));
  return ms < 0 ? `in ${text}` : `${text} ago`;
}

function distance(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}

/** 850 ms -> `1 s`, 75 s -> `1 min 15 s`, two hours -> `2 h 0 min`. */
export function lengthOf(ms: number): string {
  const seconds = Math.max(ms > 0 ? 1 : 0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}

export const Pill = (props: { tone: Tone; icon?: IconName; children: Child }) => (
  <span class="pill" data-tone={props.tone}>
    {props.icon ? <Icon name={props.icon} /> : null}
    {props.children}
  </span>
);

export const Notice = (props: { tone: Tone; icon: IconName; children: Child }) => (
  <div class="notice" data-tone={props.tone}>
    <Icon name={props.icon} tone={props.tone} />
    <div class="text">{props.children}</div>
  </div>
);

/** Our own words, with the addresses in them to be followed. */
export const Linked = ({ text }: { text: string }) => (
  <>
    {text
      .split(/(https?:\/\/[^\s,]+)/)
      .map((part, index) => (index % 2 === 1 ? <a href={part}>{part}</a> : part))}
  </>
);

export const Labels = ({ labels }: { labels: readonly string[] }) => (
  <>
    {labels.map((label) => (
      <>
        {' '}
        <span class="label">{label}</span>
      </>
    ))}
  </>
);

/** The first of some sentences, and another that counts the rest; null: there is none. What others wrote may have no end. */
export function inBrief([first, ...others]: readonly string[]) {
  if (first === undefined || others.length === 0) return [first, null] as const;
  const sentence = /[.!?…]$/.test(first) ? first : `${first}.`;
  return [sentence, `And ${count(others.length, 'more reason')}.`] as const;
}

export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;
