// What a maintainer can do about a pull request, as far as it makes sense now; to others, who may.
import type { PullDetail } from '../../schemas/status.ts';
import { ActionButton } from './form.tsx';
import { useMayManage } from './page-context.ts';
import { NoButtons } from './what-you-may.tsx';

export const PullActions = ({ repo, pull }: { repo: string; pull: PullDetail }) => {
  const here = `/${repo}/pull/${pull.number}`;
  const hasTest = pull.batch_id !== null;
  const isUnauthorized = pull.build_state === 'unauthorized';
  if (!useMayManage())
    return (
      <section class="card" aria-label="Actions">
        <p class="in">
          <NoButtons
            todo={[
              ...(isUnauthorized ? ['authorize this commit'] : []),
              ...(hasTest ? ['have it tested again'] : []),
              'have it read again',
            ].join(', or ')}
          />
        </p>
      </section>
    );
  return (
    <section class="card" aria-label="Actions">
      <div class="in actions">
        {isUnauthorized ? (
          <ActionButton
            action={`${here}/authorize`}
            fields={{ sha: pull.source_sha }}
            title="Let exactly this commit be tested, after you have read it"
            primary
          >
            Authorize {pull.source_sha.slice(0, 7)}
          </ActionButton>
        ) : null}
        {hasTest ? (
          <>
            <ActionButton action={`${here}/retry`} title="Test everything again">
              Retry
            </ActionButton>
            <ActionButton
              action={`${here}/retry`}
              fields={{ tactical: 'true' }}
              title="Test again only what has not passed for the same commits"
            >
              Tactical retry
            </ActionButton>
          </>
        ) : null}
        <ActionButton action={`${here}/update`} title="Read GitHub and Batch again, now">
          Update now
        </ActionButton>
      </div>
    </section>
  );
};
