// A mark says that something may have changed, and nothing about what: the truth is read back.
/** `read` names what of GitHub to read again: a pull request's number, the branch alone, or everything. */
export type Mark =
  | { readonly flag: 'github'; readonly read: 'everything' | 'branch' | number }
  | { readonly flag: 'batch' }
  | { readonly flag: 'state' };
