// GitHub's JSON of the reactions to something: nobody here ever gives one.

/** @param at the address of what is reacted to */
export const noReactions = (at: string) => ({
  url: `${at}/reactions`,
  total_count: 0,
  '+1': 0,
  '-1': 0,
  laugh: 0,
  hooray: 0,
  confused: 0,
  heart: 0,
  rocket: 0,
  eyes: 0,
});
