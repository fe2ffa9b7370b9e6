// The batches of developers' own deploys. No branch reads them, and Batch tells nobody that they are over.
import { BatchList } from '../../../schemas/batch-api.ts';
import { ok } from '../../core/result.ts';
import type { DevBatches } from '../../loop/ports.ts';
import type { BatchApi } from './api.ts';
import { type BatchOptions, tokenOf } from './batch.ts';
import { submit } from './submission.ts';

const SHOWN = 10;

export function createDevBatches(api: BatchApi, options: BatchOptions): DevBatches {
  return {
    async create({ key, name, attributes, jobs }) {
      const token = await tokenOf(options, key);
      const spec = {
        billing_project: options.billingProject,
        n_jobs: jobs.length,
        token,
        attributes: { ...attributes, name, token },
      };
      return submit(api, spec, jobs);
    },

    async newest(user) {
      const q = `user=${user} dev_deploy=1 user:${options.user}`;
      const answer = await api.request('GET', `/batches?${new URLSearchParams({ q })}`, BatchList);
      if (!answer.ok) return answer;
      // Batch compares attributes regardless of case, and calls a batch successful that never got its jobs.
      const own = answer.value.batches.filter(
        ({ attributes, n_jobs: jobs }) => attributes?.['user'] === user && jobs > 0,
      );
      return ok(own.slice(0, SHOWN));
    },
  };
}
