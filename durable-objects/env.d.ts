// What the platform hands to the Worker (wrangler.toml). Everything but the binding is parsed by
// src/core/config.ts before it is used.
declare namespace Cloudflare {
  interface GlobalProps {
    readonly mainModule: typeof import('../src/index.ts');
  }
  interface Env {
    readonly BRANCH: DurableObjectNamespace<
      import('../durable-objects/watched-branch.ts').WatchedBranch
    >;
    /** None before it is set up. */
    readonly SLUICE_CONFIG?: unknown;
    readonly GITHUB_TOKEN?: string;
    readonly GITHUB_APP_KEY?: string;
    readonly GITHUB_WEBHOOK_SECRET: string;
    readonly GITHUB_WEBHOOK_SECRET_OLD?: string;
    readonly BATCH_TOKEN: string;
    readonly CALLBACK_SECRET: string;
    readonly MANAGE_TOKEN?: string;
    readonly GITHUB_CLIENT_SECRET?: string;
    readonly SESSION_SECRET?: string;
    readonly SESSION_SECRET_OLD?: string;
    readonly KUBERNETES_TOKEN?: string;
    readonly ALERT_SECRETS?: string;
    /** By which somebody may set Sluice up, as long as it has no settings. */
    readonly SETUP_TOKEN?: string;
    /** The way to a cluster whose certificate a Worker cannot check by itself. */
    readonly KUBERNETES?: Fetcher;
    /** Which version of the Worker this is. */
    readonly DEPLOYMENT?: WorkerVersionMetadata;
    /** Of the open routes; without it there is no limit. */
    readonly LIMITER?: RateLimit;
    /** Of reading, where it is public. */
    readonly READERS?: RateLimit;
  }
}
interface Env extends Cloudflare.Env {}
