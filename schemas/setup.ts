// What somebody who installs Sluice is asked for, and what GitHub tells of the App that was made for them.
import { z } from 'zod';
import { BranchName } from './ids.ts';
import { Grantee, isEmail, Login } from './permissions.ts';
import { Url } from './url.ts';

/** Said of what is missing, too. */
const words = (what: string) => {
  const expected = `expected ${what}`;
  return z.string(expected).trim().min(1, expected);
};

/** Each of them is checked, and named where it is wrong: a slip of the pen shall not be found out after the deployment. */
const listOf = (what: string, item: z.ZodType<string>) =>
  words(what)
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .superRefine((names, context) => {
      const problemOf = (name: string) => item.safeParse(name).error?.issues[0]?.message;
      for (const [problem, wrong] of Map.groupBy(names, problemOf)) {
        if (problem === undefined) continue;
        context.addIssue(`${wrong.map((name) => JSON.stringify(name)).join(', ')}: ${problem}`);
      }
    });

const isGrantee = (text: string): boolean => Grantee.safeParse(text).success;

const Manager = z
  .string()
  .refine(
    (text) => !(isGrantee(text) && isEmail(text)),
    'expected a login or a team of GitHub; whom Cloudflare Access vouches for is added to the settings later',
  )
  .refine(isGrantee, 'expected a login of GitHub or a team such as "acme/maintainers"');

const address = z
  .string()
  .trim()
  .pipe(Url)
  .refine((text) => URL.canParse(text), 'expected an http(s) URL');

/** A form: every field is text. */
export const SetupWish = z.object({
  branch: words('owner/repo:branch').pipe(BranchName),
  /** Whether the repository's owner is an organization, to which the App then belongs. */
  organization: z.enum(['yes', 'no']).default('no'),
  developers: listOf('logins of GitHub', Login),
  managers: listOf('logins of GitHub', Manager),
  batch_url: address.default('https://batch.hail.is'),
  billing_project: words('the billing project of your Batch account'),
  batch_user: words('the Hail account that Sluice comes as').default('ci'),
  storage_uri: words('a bucket such as gs://name').regex(
    /^[a-z0-9]+:\/\/.+$/,
    'expected a bucket such as gs://name',
  ),
  docker_prefix: words('registry/project/repository'),
  github_url: address.default('https://github.com'),
  github_api_url: address.default('https://api.github.com'),
});
export type SetupWish = z.infer<typeof SetupWish>;

/** An App that GitHub made of our manifest, with what it tells only once. */
export const NewApp = z.object({
  id: z.number().int().positive(),
  slug: z.string(),
  html_url: z.string(),
  client_id: z.string(),
  client_secret: z.string(),
  webhook_secret: z.string().nullable(),
  pem: z.string(),
});
export type NewApp = z.infer<typeof NewApp>;
