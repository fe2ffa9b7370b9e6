// The answer to "why has this not landed?": every condition of landing with a tick, a cross where somebody can change it, or
// a clock where it goes on by itself, and what happens next. What is met is folded away, so that what keeps it is seen in one look.
import type { PullStatus } from '../../schemas/status.ts';
import { isFollowing } from '../core/conditions.ts';
import { Icon, type IconName, type Tone } from './icon.tsx';
import { count, inBrief } from './parts.tsx';

type Condition = PullStatus['conditions'][number];

export const Checklist = ({ pull }: { pull: PullStatus }) => {
  const unmet = pull.conditions.filter(({ met }) => !met);
  const met = pull.conditions.filter(({ met }) => met);
  const following = unmet.filter(isFollowing);
  const blocking = unmet.filter((condition) => !isFollowing(condition));
  return (
    <section class="card" aria-label="Why it has not landed">
      <header>
        <h2>Why it has not landed</h2>
      </header>
      {unmet.length === 0 ? (
        <p class="in">{headline(pull)}</p>
      ) : (
        <ul class="checklist">
          {blocking.map((condition) => (
            <Unmet condition={condition} />
          ))}
          {following.map((condition) => (
            <Brief condition={condition} says="Not yet met: " icon="wait" tone="none" />
          ))}
        </ul>
      )}
      {met.length === 0 ? null : (
        <details class="held" id="conditions-met">
          <summary>
            <Icon name="check" tone="good" />{' '}
            {unmet.length === 0
              ? `All ${count(met.length, 'condition')} hold`
              : `${count(met.length, 'condition')} ${met.length === 1 ? 'holds' : 'hold'}`}
          </summary>
          <ul class="checklist">
            {met.map((condition) => (
              <Brief condition={condition} says="Met: " icon="check" tone="good" />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
};

const Unmet = ({ condition: { name, title, text, who, next } }: { condition: Condition }) => (
  <li id={`condition-${name}`}>
    {who ? <Icon name="cross" tone="bad" /> : <Icon name="wait" tone="wait" />}
    <div>
      <h3>
        <span class="visually-hidden">{who ? 'Not met: ' : 'Not yet met: '}</span>
        {title}
      </h3>
      <p>{text}</p>
      {next || who ? (
        <p class="next">
          {who ? <strong>{capital(who)}: </strong> : null}
          {next}
        </p>
      ) : null}
    </div>
  </li>
);

interface BriefProps {
  readonly condition: Condition;
  /** To who does not see the picture. */
  readonly says: string;
  readonly icon: IconName;
  readonly tone: Tone;
}

/** Of what is met, and of what follows from the others, one line is enough. */
const Brief = ({ condition: { name, title, text }, says, icon, tone }: BriefProps) => (
  <li id={`condition-${name}`} class="brief">
    <Icon name={icon} tone={tone} />
    <div>
      <h3>
        <span class="visually-hidden">{says}</span>
        {title}
      </h3>{' '}
      <span class="soft">{text}</span>
    </div>
  </li>
);

export const isLanding = ({ reasons }: PullStatus): boolean =>
  reasons.some(({ kind }) => kind === 'landing');

/** What a person hears when the page changes under them. */
export function headline(pull: PullStatus): string {
  if (isLanding(pull)) return 'It is landing now.';
  const [first, more] = inBrief(pull.reasons.map(({ text }) => text));
  if (first === undefined) return 'Nothing keeps it from landing.';
  return ['Not landed:', first, more].filter(Boolean).join(' ');
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
