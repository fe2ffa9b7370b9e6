// What a request's token may do to refs, beyond the right of its owner to push.

import type { MoveRights } from '../ref-changes.ts';
import type { ForgeContext } from '../traffic.ts';
import { workflowPermit } from '../workflow-files.ts';

export const rightsOf = (c: ForgeContext): MoveRights => ({
  workflows: workflowPermit(c.get('identity'), c.get('repository')),
  bypassHolds: true,
});
