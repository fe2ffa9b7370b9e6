// How the Batch client asks. Over HTTP it is connection.ts; a simulation answers from memory, so that every
// decision of the client is simulated, too.
import type { z } from 'zod';
import type { Fault } from '../../core/fault.ts';
import type { Result } from '../../core/result.ts';

export interface BatchApi {
  /**
   * @param path below /api/v1alpha
   * @param body as JSON
   * @returns the parsed body; an empty one parses as undefined
   */
  request<T extends z.ZodType>(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    answer: T,
    body?: string,
  ): Promise<Result<z.infer<T>, Fault>>;
  /** The last `bytes` of an answer that may be of any length, as text. */
  tail(path: string, bytes: number): Promise<Result<string, Fault>>;
}
