// What the JSON API says of people: developers, teams, and which pull requests are about whom.
import { z } from 'zod';
import { PullStatus } from './status.ts';

export const DeveloperStatus = z
  .object({
    /** Of their account in what is deployed. */
    hail_username: z.string(),
    /** At GitHub. */
    gh_username: z.string(),
  })
  .meta({ id: 'Developer' });
export type DeveloperStatus = z.infer<typeof DeveloperStatus>;

/** By name. */
export const TeamsStatus = z.record(z.string(), z.array(DeveloperStatus));
export type TeamsStatus = z.infer<typeof TeamsStatus>;

export const PullSummary = PullStatus.pick({
  number: true,
  title: true,
  build_state: true,
  out_of_date: true,
  gh_statuses: true,
  labels: true,
  source_branch_name: true,
  review_state: true,
  author: true,
})
  .extend({
    /** The branch's place among the watched ones. */
    wb_index: z.number().int(),
    /** `owner/repo:branch` */
    wb_name: z.string(),
  })
  .meta({ id: 'PullSummary' });
export type PullSummary = z.infer<typeof PullSummary>;

const Summaries = z.array(PullSummary);
export const DeveloperPulls = z.object({
  /** Their own. */
  open: Summaries,
  /** They are assigned or asked for a review. */
  reviewer: Summaries,
  /** They are the next to do something. */
  action_required: Summaries,
});
export type DeveloperPulls = z.infer<typeof DeveloperPulls>;
