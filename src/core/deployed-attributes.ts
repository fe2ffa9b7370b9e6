// What a batch deploys and where, as we write it on the batch: so that it is known again when our own storage is lost
// (S2.4), and to everybody who looks at Batch. The key `namespace` is also the existing service's.
import { z } from 'zod';
import { DeployedService } from '../../schemas/namespace.ts';

export interface Deployed {
  /** The test's own, or where a deploy deploys into. */
  readonly namespace: string;
  readonly services: readonly DeployedService[];
}

/** As the existing service writes it. */
const NO_NAMESPACE = 'N/A';

const Attributes = z.object({
  namespace: z.string().optional(),
  deployed_services: z.string().optional(),
});

/** All values are strings, as Batch wants them. */
export const deployedAttributes = (deployed: Deployed | null): Record<string, string> =>
  deployed === null
    ? { namespace: NO_NAMESPACE }
    : {
        namespace: deployed.namespace,
        deployed_services: deployed.services.map(wordOf).join(','),
      };

/** `Deployment/web=registry/web:1`; in no name of an image is there a comma, an equals sign or a space. */
const wordOf = ({ kind, name, images = [] }: DeployedService): string =>
  [`${kind}/${name}`, ...images.filter((image) => /^[^\s,=]+$/.test(image))].join('=');

/** @returns null for a batch that deploys nothing */
export function deployedOf(attributes: unknown): Deployed | null {
  const { success, data } = Attributes.safeParse(attributes);
  if (!success || data.namespace === undefined || data.namespace === NO_NAMESPACE) return null;
  const words = data.deployed_services?.split(',') ?? [];
  return { namespace: data.namespace, services: words.flatMap(serviceOf) };
}

function serviceOf(word: string): DeployedService[] {
  const [service = '', ...images] = word.split('=');
  const [kind, name] = service.split('/');
  const { success, data } = DeployedService.safeParse({
    ...{ kind, name },
    ...(images.length > 0 ? { images } : {}),
  });
  return success && data.name !== '' ? [data] : [];
}
