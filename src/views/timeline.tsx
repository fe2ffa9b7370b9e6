// What happened, newest first, each with a picture of what kind it is.
import type { EventStatus } from '../../schemas/status.ts';
import { foldEqual } from './fold-equal.ts';
import { Icon, type IconName, type Tone } from './icon.tsx';
import { Moment } from './parts.tsx';

const KINDS: Readonly<Record<string, readonly [IconName, Tone]>> = {
  'pull.opened': ['land', 'info'],
  'pull.authorized': ['lock', 'good'],
  'pull.parked': ['warn', 'bad'],
  'test.started': ['run', 'wait'],
  'test.passed': ['check', 'good'],
  'test.failed': ['cross', 'bad'],
  'test.unbuildable': ['warn', 'bad'],
  'test.cancelled': ['none', 'none'],
  'test.discarded': ['none', 'none'],
  'land.started': ['land', 'info'],
  'land.landed': ['land', 'good'],
  'land.verified': ['check', 'good'],
  'branch.frozen': ['freeze', 'info'],
  'branch.unfrozen': ['freeze', 'none'],
  'deploy.started': ['deploy', 'wait'],
  'deploy.succeeded': ['deploy', 'good'],
  'deploy.failed': ['deploy', 'bad'],
  'alert.sent': ['warn', 'wait'],
  'call.failed': ['warn', 'bad'],
  'pass.crashed': ['warn', 'bad'],
};

export const EventIcon = ({ kind }: { kind: string }) => {
  const [name, tone] = KINDS[kind] ?? ['dot', 'none'];
  return <Icon name={name === 'run' ? 'wait' : name} tone={tone} />;
};

export const Timeline = ({ events }: { events: readonly EventStatus[] }) => (
  <section class="card" aria-label="What happened">
    <header>
      <h2>What happened</h2>
    </header>
    {events.length === 0 ? (
      <p class="empty">Nothing that is still remembered.</p>
    ) : (
      <ol class="timeline">
        {foldEqual(events).map(({ event, times, first }) => (
          <li id={`event-${event.seq}`}>
            <EventIcon kind={event.kind} />
            <p>
              {event.text}
              {times > 1 ? (
                <span class="soft">
                  {' '}
                  ({times} times, first <Moment at={first.at} />)
                </span>
              ) : null}
            </p>
            <Moment at={event.at} />
          </li>
        ))}
      </ol>
    )}
  </section>
);
