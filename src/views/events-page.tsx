// The event log of a branch: everything it did or noticed, newest first, by kind and by pull request.
import { EventKind } from '../../schemas/event.ts';
import { type EventQuery, eventQueryText } from '../../schemas/event-query.ts';
import type { EventStatus } from '../../schemas/status.ts';
import { Field } from './form.tsx';
import { Layout } from './layout.tsx';
import { LeftOut } from './left-out.tsx';
import { Moment, None } from './parts.tsx';
import { EventIcon } from './timeline.tsx';

interface Props {
  readonly branch: string;
  readonly repo: string;
  readonly branches: readonly string[];
  readonly query: EventQuery;
  readonly leftOut: readonly string[];
  readonly events: readonly EventStatus[];
  /** Where older ones are; null: there are none. */
  readonly older: number | null;
}

export const EventsPage = ({ branch, repo, branches, query, leftOut, events, older }: Props) => (
  <Layout title="Events" live={query.before === null ? [branch] : []}>
    <h1>Events</h1>
    <Filters {...{ branch, branches, query }} />
    <LeftOut sentences={leftOut} />
    <section class="card" aria-label={`Events of ${branch}`}>
      {events.length === 0 ? (
        <p class="empty">Nothing of that kind is remembered.</p>
      ) : (
        <EventTable events={events} repo={repo} />
      )}
      {older === null && query.before === null ? null : (
        <nav class="pager" aria-label="Pages of the log">
          <span>
            {query.before === null ? null : (
              <a href={`/events${eventQueryText({ ...query, before: null })}`}>Newest</a>
            )}
          </span>
          <span>
            {older === null ? null : (
              <a href={`/events${eventQueryText({ ...query, before: older })}`}>Older</a>
            )}
          </span>
        </nav>
      )}
    </section>
  </Layout>
);

/** `pull`, then every kind of it, and so on. */
const KINDS = [...new Set(EventKind.options.map((kind) => kind.split('.')[0] ?? kind))].flatMap(
  (group) => [group, ...EventKind.options.filter((kind) => kind.startsWith(`${group}.`))],
);

const Filters = ({ branch, branches, query }: Pick<Props, 'branch' | 'branches' | 'query'>) => (
  <search>
    <form method="get" action="/events" class="filters" aria-label="Events">
      {branches.length > 1 ? (
        <Field label="Branch">
          <select name="branch">
            {branches.map((name) => (
              <option value={name} selected={name === branch}>
                {name}
              </option>
            ))}
          </select>
        </Field>
      ) : null}
      <Field label="Kind">
        <select name="kind">
          <option value="">any</option>
          {KINDS.map((kind) => (
            <option value={kind} selected={kind === query.kind}>
              {kind.includes('.') ? kind : `everything of ${kind}`}
            </option>
          ))}
        </select>
      </Field>
      <Field label="Pull request">
        <input
          type="search"
          name="pr"
          value={query.pr ?? ''}
          inputmode="numeric"
          placeholder="its number"
        />
      </Field>
      <span class="actions">
        <button class="button" type="submit">
          Filter
        </button>
      </span>
    </form>
  </search>
);

const EventTable = ({ events, repo }: Pick<Props, 'events' | 'repo'>) => (
  <div class="wide">
    <table aria-label="Events">
      <thead>
        <tr>
          <th scope="col">What happened</th>
          <th scope="col">Kind</th>
          <th scope="col">Pull request</th>
          <th scope="col" class="end">
            When
          </th>
        </tr>
      </thead>
      <tbody>
        {events.map((event) => (
          <tr id={`event-${event.seq}`}>
            <th scope="row">
              <EventIcon kind={event.kind} /> {event.text}
            </th>
            <td class="nowrap soft">{event.kind}</td>
            <td class="number">
              {event.pr === null ? <None /> : <a href={`/${repo}/pull/${event.pr}`}>#{event.pr}</a>}
            </td>
            <td class="end">
              <Moment at={event.at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
