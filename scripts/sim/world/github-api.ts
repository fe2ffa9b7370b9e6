// The in-memory GitHub behind the interface that the real client asks over. Every request goes over the wire
// by itself, so each of them can be lost, and the program can die between any two.
import type { z } from 'zod';
import { faultOfGraphql, faultOfHttp } from '../../../src/clients/fault-of.ts';
import type { GithubApi } from '../../../src/clients/github/api.ts';
import { createGitHub } from '../../../src/clients/github/github.ts';
import type { BranchConfig } from '../../../src/core/config.ts';
import type { Fault } from '../../../src/core/fault.ts';
import type { Purpose, Resource } from '../../../src/core/github-budget.ts';
import { err, ok, type Result } from '../../../src/core/result.ts';
import type { GitHub } from '../../../src/loop/ports.ts';
import type { Answer, Ask } from './ask.ts';
import type { Credential } from './credential.ts';
import { sha1 } from './git-sha.ts';
import type { GithubWorld } from './github-world.ts';
import { graphqlRequests } from './graphql-requests.ts';
import { restRequests } from './rest-requests.ts';
import type { Process, Wire } from './wire.ts';

const committer = { name: 'Sluice', email: 'sluice@example.org' };

/** The real client over the in-memory GitHub. */
export const connectGitHub = (world: GithubWorld, line: Line, config: BranchConfig): GitHub =>
  createGitHub(githubApi(world, line), config, committer, async (bytes) => sha1(bytes));

/** How one life of the program reaches GitHub, as whom, and for what. */
interface Line {
  readonly wire: Wire;
  readonly process: Process;
  readonly credential: Credential;
  readonly purpose: Purpose;
}

function githubApi(world: GithubWorld, { wire, process, credential, purpose }: Line): GithubApi {
  const send = wire.connect(process, 'github');
  const ask = <T extends z.ZodType>(
    resource: Resource,
    { name, args, effect }: Ask,
    answer: T,
    faultOf: (status: number, message: string) => Fault,
  ): Promise<Result<z.infer<T>, Fault>> =>
    credential.budget.spending(purpose)(resource, async () => {
      let [given, headers]: [unknown, Readonly<Record<string, string>>] = [null, {}];
      const heard = await send<unknown>(name, args, () => {
        const counted = credential.count(resource);
        headers = counted.headers;
        const result =
          counted.refusal === null
            ? resultOf(effect(world), answer, faultOf)
            : err(limited(counted.refusal, headers, world.now));
        given = result;
        return result;
      });
      // An answer that was lost had no headers.
      const told = heard === given ? headers : {};
      credential.hear(resource, told, heard.ok ? null : heard.error);
      return { answer: heard, header: (name) => told[name] ?? null };
    }) as Promise<Result<z.infer<T>, Fault>>;
  const resultOf = (
    given: Answer,
    answer: z.ZodType,
    faultOf: (status: number, message: string) => Fault,
  ): Result<unknown, Fault> => {
    if (!('body' in given)) return err(faultOf(given.status, given.message));
    return ok(wire.strict ? answer.parse(given.body) : given.body);
  };
  return {
    graphql(query, variables, answer) {
      const operation = /(?:query|mutation) (\w+)/.exec(query)?.[1] ?? query;
      const request = graphqlRequests[operation]?.(variables, query);
      if (!request) throw new Error(`the in-memory GitHub knows no operation ${operation}`);
      return ask('graphql', request, answer, (_, message) =>
        faultOfGraphql({ errors: [{ message }], header: noHeader, now: world.now }),
      );
    },
    rest(route, parameters, answer) {
      const request = restRequests[route]?.(parameters);
      if (!request) throw new Error(`the in-memory GitHub knows no route ${route}`);
      return ask('core', request, answer, (status, message) =>
        faultOfHttp({ status, message, header: noHeader, now: world.now }),
      );
    },
  };
}

const limited = (message: string, headers: Readonly<Record<string, string>>, now: number): Fault =>
  faultOfHttp({ status: 403, message, header: (name) => headers[name] ?? null, now });

const noHeader = (): null => null;
