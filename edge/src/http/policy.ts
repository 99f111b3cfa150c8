import type { RouteOptions } from 'fastify';
import type { Api, RouteAction } from './api.ts';

declare module 'fastify' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- only an interface can be added to
  interface FastifyInstance {
    /** Every route with what it asks for, once the server is made. */
    routePolicies: readonly RoutePolicy[];
  }
}

/** The web app's own files: the only route that is no word of the API. */
const WEB_FILES = '/*';

/** A route as it was registered, with what it asks of the caller. */
export interface RoutePolicy {
  readonly method: string;
  readonly url: string;
  readonly action: RouteAction | undefined;
}

/**
 * Notes every route from now on. Call the answer when all are there: it throws where a route forgot to
 * say what it asks, so that such an edge never starts. Answers the list.
 */
export function requirePolicies(api: Api): () => readonly RoutePolicy[] {
  const routes: RoutePolicy[] = [];
  api.addHook('onRoute', (route: RouteOptions) => {
    if (route.url === WEB_FILES) route.config = { ...route.config, action: 'open' };
    for (const method of [route.method].flat()) routes.push({ method, url: route.url, action: route.config?.action });
  });
  return () => {
    const open = routes.filter(({ action }) => action === undefined).map(({ method, url }) => `${method} ${url}`);
    if (open.length > 0) throw new Error(`these routes do not say who may use them: ${open.join(', ')}`);
    return routes;
  };
}
