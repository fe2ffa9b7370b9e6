// How the GitHub client asks: two kinds of request about one repository. Over HTTP it is connection.ts; a
// simulation answers from memory, so that every decision of the client is simulated, too.
import type { z } from 'zod';
import type { Fault } from '../../core/fault.ts';
import type { Result } from '../../core/result.ts';

export interface GithubApi {
  /**
   * @param query a document with the variables $owner and $repo, and others as given
   * @returns the parsed data; what was asked for below its root and is not there is null
   */
  graphql<T extends z.ZodType>(
    query: string,
    variables: Record<string, unknown>,
    answer: T,
  ): Promise<Result<z.infer<T>, Fault>>;
  /**
   * @param route as Octokit writes them, `GET /repos/{owner}/{repo}/…`; owner and repo are filled in where they are named
   * @returns the parsed body; a 204 parses as undefined
   */
  rest<T extends z.ZodType>(
    route: string,
    parameters: Record<string, unknown>,
    answer: T,
  ): Promise<Result<z.infer<T>, Fault>>;
}
