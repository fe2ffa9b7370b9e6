// Parts that both pages show of a pull request: the state of its test, and the reasons.
import type { PullStatus } from '../../schemas/status.ts';
import { Commit, Moment } from './layout.tsx';

const TONES = {
  success: 'good',
  failure: 'bad',
  error: 'bad',
  building: 'wait',
  unauthorized: 'wait',
} as const;

export const BuildState = ({ pull }: { pull: PullStatus }) => {
  const state = pull.build_state;
  return (
    <>
      <span class={`state ${state ? TONES[state] : 'none'}`}>{state ?? 'not tested'}</span>
      {pull.batch_id && pull.batch_url ? (
        <>
          {' '}
          in <a href={pull.batch_url}>batch {pull.batch_id}</a>
        </>
      ) : null}
      {pull.target_sha ? (
        <>
          {' '}
          on <Commit sha={pull.target_sha} />
          {pull.out_of_date ? <span class="wait"> out of date</span> : null}
        </>
      ) : null}
    </>
  );
};

/** @param brief only what is the case; otherwise also who can change it and what happens next */
export const Reasons = (props: { reasons: PullStatus['reasons']; brief?: boolean }) => (
  <ul class="reasons">
    {props.reasons.map((reason) => (
      <li>
        {reason.text}
        {props.brief ? null : (
          <>
            {' '}
            <span class="next">
              {reason.next}
              {reason.at ? (
                <>
                  {' '}
                  (<Moment at={reason.at} />)
                </>
              ) : null}
            </span>
          </>
        )}
      </li>
    ))}
  </ul>
);
