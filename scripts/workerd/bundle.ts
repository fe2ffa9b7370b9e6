// Builds Sluice as it is deployed, once, for those who start workerd many times: the Worker's modules, by wrangler.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PROJECT = join(import.meta.dirname, '..', '..');
export const ENTRY = 'index.js';
const WRANGLER = join(PROJECT, 'node_modules', 'wrangler', 'bin', 'wrangler.js');

export interface Bundle {
  readonly folder: string;
  /** The entry, WebAssembly and texts, by their file names; the first is the entry. */
  readonly modules: readonly string[];
  readonly compatibilityDate: string;
}

/**
 * @param folder where it is written
 * @param project the root of the sources, if they are not those of this program
 */
export async function buildBundle(folder: string, project = PROJECT): Promise<Bundle> {
  const build = [WRANGLER, 'deploy', '--dry-run', '--outdir', folder];
  await promisify(execFile)(process.execPath, build, {
    cwd: project,
    env: { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false', WRANGLER_LOG_PATH: folder },
  });
  const others = uploadedFrom(folder).filter((file) => file !== ENTRY);
  return { folder, modules: [ENTRY, ...others], compatibilityDate: compatibilityDate(project) };
}

/** What of a dry run's folder is uploaded, by file names. */
export const uploadedFrom = (folder: string): string[] =>
  readdirSync(folder).filter((file) => /\.(js|wasm|css|svg)$/.test(file));

function compatibilityDate(project: string): string {
  const settings = readFileSync(join(project, 'wrangler.toml'), 'utf8');
  const [, date] = /^compatibility_date = "([\d-]+)"$/m.exec(settings) ?? [];
  if (date === undefined) throw new Error('wrangler.toml has no compatibility_date');
  return date;
}
