// Freezing a branch, with a reason and for how long; or letting it go on.
import type { BranchStatus } from '../../schemas/status.ts';
import { ActionButton, Csrf, Field } from './form.tsx';
import { useMayManage } from './page-context.ts';

/** In hours. */
const LENGTHS = [
  ['', 'until somebody unfreezes it'],
  ['1', 'for an hour'],
  ['4', 'for 4 hours'],
  ['24', 'for a day'],
  ['72', 'for 3 days'],
  ['168', 'for a week'],
] as const;

export const FreezeForm = ({ status }: { status: BranchStatus }) => {
  if (!useMayManage()) return null;
  const branch = status.branch_fqn;
  if (status.frozen)
    return (
      <ActionButton action="/unfreeze_merge_deploy" fields={{ branch }}>
        Unfreeze {status.branch}
      </ActionButton>
    );
  return (
    <details id={`freeze-${branch}`}>
      <summary>Freeze {status.branch}…</summary>
      <form method="post" action="/freeze_merge_deploy" class="form">
        <Csrf />
        <input type="hidden" name="branch" value={branch} />
        <div class="row">
          <Field label="Reason, for everybody who waits">
            <input name="reason" required maxlength={500} autocomplete="off" />
          </Field>
          <Field label="How long">
            <select name="hours">
              {LENGTHS.map(([hours, text]) => (
                <option value={hours}>{text}</option>
              ))}
            </select>
          </Field>
        </div>
        <div class="actions">
          <button class="button primary" type="submit">
            Freeze: nothing lands or is deployed
          </button>
        </div>
      </form>
    </details>
  );
};
