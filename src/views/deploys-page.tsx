// What is deployed of every branch, what is live of it, how the newest deploy goes or what failed in it, and those before.
import type { DeployedServiceStatus } from '../../schemas/cluster-status.ts';
import type { JobsStatus } from '../../schemas/job-status.ts';
import type { BranchStatus, DeployStatus, EventStatus } from '../../schemas/status.ts';
import { DeployState } from './deploy-state.tsx';
import { FailedJobs } from './failed-jobs.tsx';
import { isOver, Jobs } from './job-graph.tsx';
import { Layout } from './layout.tsx';
import { Moment, None, Notice, Pill } from './parts.tsx';
import { EventIcon } from './timeline.tsx';

export interface DeployView {
  readonly status: BranchStatus;
  readonly deploy: DeployStatus;
  readonly jobs: JobsStatus | null;
  /** Of deploys, newest first. */
  readonly events: readonly EventStatus[];
}

const JOBS_AGAIN_SECONDS = 3;

export const DeploysPage = ({ deploys }: { deploys: readonly DeployView[] }) => (
  <Layout
    title="Deploys"
    live={deploys.map(({ status }) => status.branch_fqn)}
    againSeconds={
      deploys.some(({ jobs }) => jobs && !isOver(jobs)) ? JOBS_AGAIN_SECONDS : undefined
    }
  >
    <div class="heading">
      <h1>Deploys</h1>
      <a class="button" href="/dev_deploys">
        Deploys of developers
      </a>
    </div>
    {deploys.map((deploy) => (
      <Deploy {...deploy} />
    ))}
  </Layout>
);

const Deploy = ({ status, deploy, jobs, events }: DeployView) => (
  <>
    <section class="card" aria-label={status.branch_fqn}>
      <header>
        <h2>
          <a href={status.url}>{status.branch_fqn}</a>
        </h2>
        <DeployState status={status} />
      </header>
      {status.deploy_failure ? (
        <Notice tone="bad" icon="warn">
          <p class="lines">{status.deploy_failure}</p>
        </Notice>
      ) : null}
      <Services services={status.deployed_services} kubernetes={status.kubernetes} />
      <header>
        <h3>Newest events</h3>
      </header>
      {events.length === 0 ? (
        <p class="empty">No deploy is remembered.</p>
      ) : (
        <ol class="timeline">
          {events.map((event) => (
            <li>
              <EventIcon kind={event.kind} />
              <p>{event.text}</p>
              <Moment at={event.at} />
            </li>
          ))}
        </ol>
      )}
    </section>
    <FailedJobs jobs={failedOf(deploy)} />
    {jobs ? (
      <Jobs status={jobs} title={`Jobs of the newest deploy of ${status.branch_fqn}`} />
    ) : null}
  </>
);

/** Where no batch could be made there are sentences instead, which the branch's status has, too. */
const failedOf = ({ failure_information: failed }: DeployStatus) =>
  (failed ?? []).flatMap((job) => (typeof job === 'string' ? [] : [job]));

const STATES = {
  ready: { text: 'ready', tone: 'good', icon: 'check' },
  not_ready: { text: 'not ready', tone: 'wait', icon: 'wait' },
  other: { text: 'other', tone: 'bad', icon: 'warn' },
  missing: { text: 'missing', tone: 'bad', icon: 'cross' },
  unknown: { text: 'unknown', tone: 'none', icon: 'dot' },
  done: { text: 'done', tone: 'good', icon: 'check' },
} as const;

interface ServicesProps {
  readonly services: readonly DeployedServiceStatus[];
  readonly kubernetes: BranchStatus['kubernetes'];
}

const Services = ({ services, kubernetes }: ServicesProps) =>
  services.length === 0 ? (
    <p class="empty">
      {kubernetes.configured ? 'It deploys no service to Kubernetes.' : kubernetes.text}
    </p>
  ) : (
    <div class="wide">
      <table aria-label="What is live">
        <thead>
          <tr>
            <th scope="col">Service</th>
            <th scope="col">State</th>
            <th scope="col">Images</th>
            <th scope="col">What that means</th>
            <th scope="col" class="end">
              Read
            </th>
          </tr>
        </thead>
        <tbody>
          {services.map((service) => (
            <Service service={service} />
          ))}
        </tbody>
      </table>
    </div>
  );

const Service = ({ service }: { service: DeployedServiceStatus }) => {
  const { text, tone, icon } = STATES[service.state];
  return (
    <tr>
      <th scope="row">
        {service.name} <span class="soft small">in {service.namespace}</span>
      </th>
      <td>
        <Pill tone={tone} icon={icon}>
          {text}
        </Pill>
      </td>
      <td class="line">
        {service.images.length === 0 ? <None /> : null}
        {service.images.map((image) => (
          <div>
            <code>{image}</code>
          </div>
        ))}
      </td>
      <td class="line">{service.text}</td>
      <td class="end" data-label="read">
        <Moment at={service.read_at} />
      </td>
    </tr>
  );
};
