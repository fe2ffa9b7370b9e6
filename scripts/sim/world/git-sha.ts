/// <reference types="node" />
// What git would call a commit that is asked for by its parts: SHA-1 of the text that it keeps. In other words than the
// program's, so that its prediction is held against something.
import { createHash } from 'node:crypto';
import type { Sha } from '../../../schemas/ids.ts';

export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

export interface CommitParameters {
  readonly message: string;
  readonly tree: Sha;
  readonly parents: readonly Sha[];
  readonly author: Signature;
  readonly committer: Signature;
}

export function gitSha({ tree, parents, author, committer, message }: CommitParameters): Sha {
  let text = `tree ${tree}\n`;
  for (const parent of parents) text += `parent ${parent}\n`;
  for (const [role, { name, email, date }] of Object.entries({ author, committer }))
    text += `${role} ${name} <${email}> ${Date.parse(date) / 1_000} +0000\n`;
  text += `\n${message}`;
  return sha1(Buffer.from(`commit ${Buffer.byteLength(text)}\0${text}`)) as Sha;
}

/** At once: the virtual clock waits for nothing that is done elsewhere. */
export const sha1 = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex');
