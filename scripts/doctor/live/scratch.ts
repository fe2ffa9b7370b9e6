// A corner of a scratch repository for one live check: names that nobody else has, the client that works there, and
// the way to leave nothing behind.
import { z } from 'zod';
import type { ConfigDocument } from '../../../schemas/config.ts';
import { GitCommit, GitRef } from '../../../schemas/github-api.ts';
import { BranchName, type PullNumber, Sha } from '../../../schemas/ids.ts';
import { fixedToken } from '../../../src/clients/credentials.ts';
import type { GithubApi } from '../../../src/clients/github/api.ts';
import { Connection } from '../../../src/clients/github/connection.ts';
import { createGitHub } from '../../../src/clients/github/github.ts';
import { installationTokens } from '../../../src/clients/github/installation-tokens.ts';
import { Reader } from '../../../src/clients/github/reader.ts';
import { refPath } from '../../../src/clients/github/ref-path.ts';
import { type BranchConfig, type Secrets, unwatchedBranch } from '../../../src/core/config.ts';
import type { Fault } from '../../../src/core/fault.ts';
import { scratchRef, testRef } from '../../../src/core/own-refs.ts';
import type { Result } from '../../../src/core/result.ts';
import type { GitHub, TestedCommit } from '../../../src/loop/ports.ts';

export interface Site {
  readonly settings: ConfigDocument;
  /** As whom we come. */
  readonly secret: Secrets['github'];
  /** `owner/name` */
  readonly repository: string;
  /** Part of every name that is made, so that two checks at once do not meet. */
  readonly run: string;
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => number;
}

const Repository = z.object({ default_branch: z.string() });
const Pull = z.object({ number: z.number() });
const Tree = z.object({ sha: Sha });

/** What could not be done before there was anything to find out. */
export class Obstacle extends Error {}

/** @throws {Obstacle} */
export function unless<T>(result: Result<T, Fault>, doing: string): T {
  if (result.ok) return result.value;
  throw new Obstacle(`${doing}: ${result.error.message}`);
}

export interface OpenedPull {
  readonly pr: PullNumber;
  readonly sourceSha: Sha;
  readonly targetSha: Sha;
}

/** Of what is tested: somebody else than the committer, with a letter that is more than a byte. */
export const AUTHOR = { name: 'Ann Ø', email: 'ann@example.com' };

export class Scratch {
  readonly site: Site;
  /** Everything that is made below refs/heads by us, but for the scratch branches of the client. */
  readonly folder: string;
  readonly base: string;
  readonly head: string;
  readonly file: string;
  readonly config: BranchConfig;
  /** Every ref, in full, that may have been made; from before it is, since an answer may be lost. */
  readonly refs = new Set<string>();

  constructor(site: Site) {
    this.site = site;
    this.folder = `sluice-live/${site.run}`;
    this.base = `${this.folder}/base`;
    this.head = `${this.folder}/change`;
    this.file = `sluice-live-${site.run}.txt`;
    const name = BranchName.parse(`${site.repository}:${this.base}`);
    this.config = unwatchedBranch(site.settings, name);
  }

  /** @param fetch another than the site's, for what goes on after an interruption */
  api(fetch: typeof globalThis.fetch = this.site.fetch): GithubApi {
    const { settings, secret, now } = this.site;
    const { owner, repo } = this.config;
    const place = { apiUrl: settings.github.api_url, owner, repo, fetch, now };
    const credentials =
      'app' in secret
        ? installationTokens({ ...place, app: secret.app })
        : fixedToken(secret.token);
    return new Connection({ ...place, credentials });
  }

  /** The client as Sluice has it. */
  client(api = this.api()): GitHub {
    return createGitHub(api, this.config, this.site.settings.committer);
  }

  reader(api = this.api()): Reader {
    return new Reader(api, this.config);
  }

  /** A branch, and a pull request against it that adds one file. @throws {Obstacle} */
  async open(): Promise<OpenedPull> {
    const api = this.api();
    const { default_branch: standard } = unless(
      await api.rest('GET /repos/{owner}/{repo}', {}, Repository),
      'the repository cannot be read',
    );
    const targetSha = unless(
      await api.rest(
        'GET /repos/{owner}/{repo}/git/ref/{+ref}',
        { ref: refPath(`heads/${standard}`) },
        GitRef,
      ),
      `the branch ${standard} cannot be read`,
    ).object.sha;
    await this.#point(api, this.base, targetSha);
    const sourceSha = await this.commit(targetSha, 'What a live check would land.\n');
    await this.#point(api, this.head, sourceSha);
    const pull = unless(
      await api.rest(
        'POST /repos/{owner}/{repo}/pulls',
        {
          title: 'A live check of Sluice',
          head: this.head,
          base: this.base,
          body: 'It goes away.',
        },
        Pull,
      ),
      'a pull request cannot be opened',
    );
    return { pr: pull.number, sourceSha, targetSha };
  }

  /** A commit of one file on top of another, which no ref leads to. @throws {Obstacle} */
  async commit(parent: Sha, content: string): Promise<Sha> {
    const api = this.api();
    const below = unless(await this.reader(api).treeOf(parent), 'a commit cannot be read');
    const entry = { path: this.file, mode: '100644', type: 'blob', content };
    const tree = unless(
      await api.rest(
        'POST /repos/{owner}/{repo}/git/trees',
        { base_tree: below, tree: [entry] },
        Tree,
      ),
      'files cannot be written',
    );
    const commit = {
      ...{ message: 'A live check of Sluice', author: AUTHOR },
      ...{ tree: tree.sha, parents: [parent] },
    };
    return unless(
      await api.rest('POST /repos/{owner}/{repo}/git/commits', commit, GitCommit),
      'a commit cannot be written',
    ).sha;
  }

  /** The tested commit of a pull request, as the client makes it. */
  test(wish: TestedCommit, paths: readonly string[]): ReturnType<GitHub['makeTestedCommit']> {
    const { name } = this.config;
    this.refs.add(scratchRef(name, wish)).add(testRef(name, wish.pr));
    return this.client().makeTestedCommit(wish, paths);
  }

  async #point(api: GithubApi, branch: string, sha: Sha): Promise<void> {
    this.refs.add(`refs/heads/${branch}`);
    unless(
      await api.rest(
        'POST /repos/{owner}/{repo}/git/refs',
        { ref: `refs/heads/${branch}`, sha },
        z.unknown(),
      ),
      `the branch ${branch} cannot be made`,
    );
  }
}
