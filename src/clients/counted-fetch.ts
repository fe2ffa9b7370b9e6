// A fetch whose requests are counted by how they ended. What an API says in an answer of status 200 is not looked at.

export type CallOutcome = 'ok' | 'not_modified' | 'refused' | 'limited' | 'broken' | 'unanswered';

export const countedFetch =
  (fetch: typeof globalThis.fetch, count: (outcome: CallOutcome) => void): typeof fetch =>
  async (input, init) => {
    try {
      const response = await fetch(input, init);
      count(outcomeOf(response.status));
      return response;
    } catch (error) {
      count('unanswered');
      throw error;
    }
  };

function outcomeOf(status: number): CallOutcome {
  if (status === 304) return 'not_modified';
  if (status === 429) return 'limited';
  if (status >= 500) return 'broken';
  return status >= 400 ? 'refused' : 'ok';
}
