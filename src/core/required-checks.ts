// The checks that a branch requires, by what its rules and its protection say, and which of them are ours to report.
import type { RequiredChecks, Rule } from '../../schemas/github-rights.ts';
import type { BranchConfig } from './config.ts';

export interface RequiredCheck {
  readonly name: string;
  /** The App that alone may report it; null: anybody may. */
  readonly app: number | null;
}

/** GitHub writes "any App" as null or as -1. */
const pin = (app: number | null | undefined): number | null =>
  app === undefined || app === null || app < 0 ? null : app;

export const checksOfRule = ({ parameters }: Rule): RequiredCheck[] =>
  (parameters?.required_status_checks ?? []).map(({ context, integration_id }) => ({
    name: context,
    app: pin(integration_id),
  }));

/** `contexts` are the same checks once more, without who may report them. */
export const checksOfProtection = (required: RequiredChecks | undefined): RequiredCheck[] =>
  required?.checks?.map(({ context, app_id }) => ({ name: context, app: pin(app_id) })) ??
  required?.contexts?.map((name) => ({ name, app: null })) ??
  [];

/** Ours, and what we report of it counts. */
export const isOurs = (
  { name, app }: RequiredCheck,
  { checkName, app: ours }: BranchConfig,
): boolean => name === checkName && (app === null || app === ours);
