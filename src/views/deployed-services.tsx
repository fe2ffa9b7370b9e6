// What is live of each deployed service, next to the deploy that it is of.
import type { DeployedServiceStatus } from '../../schemas/cluster-status.ts';

const TONES = {
  ready: 'good',
  not_ready: 'wait',
  other: 'bad',
  missing: 'bad',
  unknown: 'none',
  done: 'good',
} as const;

export const DeployedServices = (props: { services: readonly DeployedServiceStatus[] }) => (
  <ul class="reasons">
    {props.services.map(({ name, namespace, state, text, images }) => (
      <li>
        {namespace}/{name} <span class={`state ${TONES[state]}`}>{state.replace('_', ' ')}</span>:{' '}
        {text}
        {images.map((image) => (
          <>
            , <code>{image}</code>
          </>
        ))}
      </li>
    ))}
  </ul>
);
