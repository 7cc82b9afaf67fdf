import type { Endpoint } from '../../../core/endpoint.ts';
import type { RouteServices } from '../route.ts';

/**
 * Whether an endpoint takes a body, as far as that can be known before it is answered. The check throws what the endpoint
 * refuses the body with.
 */
export function createBodyCheck(
  endpoint: Pick<Endpoint, 'parse'>,
  { settings, responses: history }: Pick<RouteServices, 'settings' | 'responses'>,
  header: (name: string) => string | undefined,
): (body: unknown) => Promise<void> {
  return async (body) => {
    await endpoint.parse(body, { settings, history, header });
  };
}
