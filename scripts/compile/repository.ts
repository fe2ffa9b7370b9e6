// The files of a repository that a build.yaml names, read from a folder. It reads text and nothing else.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A mistake of the person who named a file: told in its sentence, without a stack. */
export class Mistake extends Error {}

/** @returns by path from `root`; what is not there, or not text, is left out */
export function readFiles(root: string, paths: readonly string[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const path of paths) {
    const text = readText(join(root, path));
    if (text !== null) files.set(path, text);
  }
  return files;
}

/** @returns null when there is no such file, or it is not text */
export function readText(file: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch {
    // Protects the person who named the file from a stack trace: they are told that it cannot be read.
    return null;
  }
}

/** @throws {Mistake} */
export function textOf(file: string, name: string): string {
  const text = readText(file);
  if (text === null) throw new Mistake(`${name}: there is no such file, or it is not text`);
  return text;
}
