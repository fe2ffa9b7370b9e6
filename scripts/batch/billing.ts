/**
 * The billing projects: who may submit to which, kept in a file across restarts. Nothing costs
 * anything here, so a limit of 0 is the only one that is ever reached.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Refusal } from './refusal.ts';

const projectSchema = z.object({
  name: z.string(),
  users: z.array(z.string()),
  status: z.enum(['open', 'closed', 'deleted']),
  limit: z.number().nullable(),
});
type Project = z.infer<typeof projectSchema>;

export class Billing {
  readonly #path: string;
  readonly #projects: Map<string, Project>;

  /** The projects that are asked for are there and open, with these users at least. */
  constructor(asked: readonly { name: string; users: readonly string[] }[], root: string) {
    this.#path = join(root, 'billing-projects.json');
    this.#projects = new Map(readProjects(this.#path).map((project) => [project.name, project]));
    for (const { name, users } of asked) {
      const known = this.#projects.get(name);
      this.#projects.set(name, {
        name,
        users: [...new Set([...(known?.users ?? []), ...users])],
        status: 'open',
        limit: known?.limit ?? null,
      });
    }
  }

  /** @throws {Refusal} 403 */
  checkMaySubmit(user: string, name: string): void {
    const project = this.#projects.get(name);
    if (!project?.users.includes(user)) throw unknown(name);
    if (project.status !== 'open') {
      throw new Refusal(403, `Billing project ${name} is closed or deleted.`);
    }
    if (project.limit !== null && project.limit <= 0) {
      throw new Refusal(
        403,
        `billing project ${name} has exceeded the budget; accrued=$0.0000 limit=$0.0000`,
      );
    }
  }

  /** Also of a closed one: its batches can still be read. */
  isMember(user: string, name: string): boolean {
    return this.#projects.get(name)?.users.includes(user) ?? false;
  }

  list(user: string) {
    return [...this.#projects.values()]
      .filter(({ users, status }) => users.includes(user) && status !== 'deleted')
      .map(projectJson);
  }

  /** @throws {Refusal} 403 */
  get(user: string, name: string) {
    const project = this.#projects.get(name);
    if (!project?.users.includes(user) || project.status === 'deleted') throw unknown(name);
    return projectJson(project);
  }

  create(name: string): void {
    if (this.#projects.has(name)) return;
    this.#save({ name, users: [], status: 'open', limit: null });
  }

  /** @throws {Refusal} 403 */
  addUser(name: string, user: string): void {
    const project = this.#existing(name);
    if (project.status !== 'open') {
      throw new Refusal(403, `Billing project ${name} is closed and cannot be modified.`);
    }
    this.#save({ ...project, users: [...new Set([...project.users, user])] });
  }

  /** @throws {Refusal} 403 */
  removeUser(name: string, user: string): void {
    const project = this.#existing(name);
    if (project.status !== 'open') {
      throw new Refusal(
        403,
        `Billing project ${name} has been closed or deleted and cannot be modified.`,
      );
    }
    this.#save({ ...project, users: project.users.filter((member) => member !== user) });
  }

  /** @throws {Refusal} 403 while it has batches that run. */
  close(name: string, hasRunningBatches: boolean): void {
    const project = this.#existing(name);
    if (project.status === 'closed') return;
    if (hasRunningBatches) {
      throw new Refusal(403, `Billing project ${name} has running batches.`);
    }
    this.#save({ ...project, status: 'closed' });
  }

  /** @throws {Refusal} 403 */
  reopen(name: string): void {
    const project = this.#projects.get(name);
    if (project?.status === 'deleted') {
      throw new Refusal(403, `Billing project ${name} has been deleted and cannot be reopened.`);
    }
    this.#save({ ...this.#existing(name), status: 'open' });
  }

  /** @throws {Refusal} 403 while it is open. */
  delete(name: string): void {
    const project = this.#existing(name);
    if (project.status === 'open') {
      throw new Refusal(403, `Billing project ${name} is open and cannot be deleted.`);
    }
    this.#save({ ...project, status: 'deleted' });
  }

  /** @throws {Refusal} 403 */
  setLimit(name: string, limit: number | null): void {
    this.#save({ ...this.#existing(name), limit });
  }

  #existing(name: string): Project {
    const project = this.#projects.get(name);
    if (!project || project.status === 'deleted') {
      throw new Refusal(403, `Billing project ${name} does not exist.`);
    }
    return project;
  }

  #save(project: Project): void {
    this.#projects.set(project.name, project);
    // Renamed into place, so that a kill leaves either the old file or the new one.
    const draft = `${this.#path}.new`;
    writeFileSync(draft, `${JSON.stringify([...this.#projects.values()], null, 2)}\n`);
    renameSync(draft, this.#path);
  }
}

function readProjects(path: string): Project[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return []; // Nobody has changed any yet.
  }
  return z.array(projectSchema).parse(JSON.parse(text));
}

function projectJson({ name, users, status, limit }: Project) {
  return { billing_project: name, status, users, limit, accrued_cost: 0 };
}

const unknown = (name: string): Refusal =>
  new Refusal(403, `Unknown Hail Batch billing project ${name}.`);
