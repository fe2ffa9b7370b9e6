// Whose turn it is before this pull request, and when it may land by how long tests have taken.
import type { PullStatus } from '../../schemas/status.ts';
import { usePage } from './page-context.ts';
import { Moment } from './parts.tsx';

/** The word is met in what happens to it, and in what it waits for. */
const MERGE_CANDIDATE =
  'The merge candidate is the pull request whose turn it is: it lacks nothing but its own test, and it alone is tested again whenever the branch moves.';

/** The rest is counted. */
const SHOWN = 6;

export const Queue = ({ repo, pull: { number, queue } }: { repo: string; pull: PullStatus }) => (
  <section class="card" aria-label="Queue">
    <header>
      <h2>Queue</h2>
    </header>
    <div class="in stack">
      {queue === null ? (
        <p class="soft">Not in the queue: something of its own keeps it from landing.</p>
      ) : (
        <>
          <p>
            <strong>
              {queue.position === 1 ? 'Next to land' : `Number ${queue.position} in line`}
            </strong>
            {queue.estimate ? (
              <span class="soft">
                , <Estimate {...queue.estimate} />
              </span>
            ) : null}
          </p>
          {queue.ahead.length > 0 ? (
            <ol class="queue" aria-label="Ahead of it">
              {queue.ahead.slice(0, SHOWN).map((pull) => (
                <li>
                  <a href={`/${repo}/pull/${pull.number}`} title={pull.title}>
                    #{pull.number}
                  </a>
                </li>
              ))}
              {queue.ahead.length > SHOWN ? <li>and {queue.ahead.length - SHOWN} more</li> : null}
              <li aria-current="true">#{number}</li>
            </ol>
          ) : null}
        </>
      )}
      <p class="soft small">{MERGE_CANDIDATE}</p>
    </div>
  </section>
);

/** It is told to the minute, so that the earliest time may have passed. */
const Estimate = (props: { lands_at_earliest: string; lands_at_latest: string }) => (
  <>
    may land{' '}
    {Date.parse(props.lands_at_earliest) > usePage().now ? (
      <Moment at={props.lands_at_earliest} />
    ) : (
      'any moment'
    )}
    , at the latest <Moment at={props.lands_at_latest} />
  </>
);
