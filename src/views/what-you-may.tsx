// Why there are no buttons: what somebody who looks may do here, and how that becomes more.
import { isNobody, may } from '../core/viewer.ts';
import { usePage } from './page-context.ts';

const ASK = 'more is given by whoever runs this service, in its settings (manage_ci).';

/** Of somebody who is known. */
export const WhatYouMay = () => {
  const { viewer } = usePage();
  if (may(viewer, 'manage_ci')) return <>You may read here, and use every button.</>;
  return may(viewer, 'read_ci') ? <>You may only read here: {ASK}</> : <>You may not read: {ASK}</>;
};

/** @param todo what the buttons would do */
export const NoButtons = ({ todo }: { todo: string }) => {
  const { viewer, path } = usePage();
  if (!isNobody(viewer)) return <WhatYouMay />;
  return (
    <>
      <a href={`/sign-in?next=${encodeURIComponent(path)}`}>Sign in</a> to {todo}.
    </>
  );
};
