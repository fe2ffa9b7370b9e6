// What is said about a commit: statuses, and the check runs of Apps with the suites that hold them.

import { z } from 'zod';
import { instant, login, sha } from './common.ts';

export const statusSchema = z.object({
  id: z.number(),
  context: z.string(),
  state: z.enum(['error', 'failure', 'pending', 'success']),
  description: z.string().nullable(),
  targetUrl: z.string().nullable(),
  creator: login,
  createdAt: instant,
});
export type Status = z.infer<typeof statusSchema>;

const conclusionSchema = z.enum([
  'action_required',
  'cancelled',
  'failure',
  'neutral',
  'skipped',
  'stale',
  'success',
  'timed_out',
]);
export type Conclusion = z.infer<typeof conclusionSchema>;

export const annotationSchema = z.object({
  path: z.string(),
  start_line: z.number().int(),
  end_line: z.number().int(),
  start_column: z.number().int().nullable().default(null),
  end_column: z.number().int().nullable().default(null),
  annotation_level: z.enum(['notice', 'warning', 'failure']),
  message: z.string(),
  title: z.string().nullable().default(null),
  raw_details: z.string().nullable().default(null),
});
export type Annotation = z.infer<typeof annotationSchema>;

export const actionSchema = z.object({
  label: z.string().max(20),
  description: z.string().max(40),
  identifier: z.string().max(20),
});

export const checkRunSchema = z.object({
  id: z.number(),
  suite: z.number(),
  app: z.number(),
  name: z.string(),
  sha,
  status: z.enum(['queued', 'in_progress', 'completed']),
  conclusion: conclusionSchema.nullable(),
  startedAt: instant.nullable(),
  completedAt: instant.nullable(),
  detailsUrl: z.string().nullable(),
  externalId: z.string(),
  title: z.string().nullable(),
  summary: z.string().nullable(),
  text: z.string().nullable(),
  annotations: z.array(annotationSchema),
  actions: z.array(actionSchema),
});
export type CheckRun = z.infer<typeof checkRunSchema>;

export const checkSuiteSchema = z.object({
  id: z.number(),
  app: z.number(),
  sha,
  /** null for the head of a fork. */
  branch: z.string().nullable(),
  /** Somebody asked for all of it again, and nothing has been reported since. */
  rerequested: z.boolean(),
  createdAt: instant,
  updatedAt: instant,
});
export type CheckSuite = z.infer<typeof checkSuiteSchema>;
