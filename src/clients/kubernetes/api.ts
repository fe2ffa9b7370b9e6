// How the Kubernetes client asks. Over HTTP it is connection.ts; a simulation answers from memory, so that every
// decision of the client is simulated, too.
import type { z } from 'zod';
import type { Fault } from '../../core/fault.ts';
import type { Result } from '../../core/result.ts';

export interface KubernetesApi {
  /**
   * @param path from the server's top, such as `/api/v1/namespaces`
   * @param body as JSON
   */
  request<T extends z.ZodType>(
    method: 'GET' | 'DELETE',
    path: string,
    answer: T,
    body?: string,
  ): Promise<Result<z.infer<T>, Fault>>;
}
