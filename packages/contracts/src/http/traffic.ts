import type { throttleCategories } from '../vocabulary/plan.ts';

type Category = (typeof throttleCategories)[number];

/**
 * The kinds of traffic that a plan's throttles can name, each with its endpoints: method (`any`: all) and path, in which
 * `*` stands for any text, slashes included. What matches none is `standard`.
 */
export const TRAFFIC: Readonly<
  Record<Exclude<Category, 'standard'>, readonly (readonly [string, string])[]>
> = {
  tool_calls: [['post', '/v1/tool-calls']],
  ai_services: [
    ['post', '/v1/tool-calls'],
    ['any', '/mcp'],
    ['any', '/mcp/*'],
  ],
  core_fast: [
    ['get', '/v1/tools/*'],
    ['get', '/v1/agents/*'],
    ['get', '/v1/approvals/*'],
  ],
  core_slow: [['post', '/v1/policies/*/test']],
  tracing_fast: [['post', '/v1/tool-calls/*/outcome']],
  tracing_slow: [
    ['get', '/v1/tool-calls/*/timeline'],
    ['get', '/v1/events'],
    ['get', '/v1/events/*'],
  ],
  services_fast: [
    ['post', '/v1/permits/*'],
    ['post', '/v1/entitlements/check'],
  ],
  services_slow: [['post', '/v1/usage']],
};

/** Where a call's own throttles are charged with its reservation, and nowhere else. */
export const CALL_ENDPOINT = { method: 'POST', path: '/v1/tool-calls' } as const;

/** The categories of a request, by its method and path without the query. */
export function categoriesOf(method: string, path: string): readonly Category[] {
  const found = Object.entries(PATTERNS).flatMap(([category, endpoints]) =>
    endpoints.some(
      ({ verb, pattern }) => (verb === 'any' || verb === method.toLowerCase()) && pattern.test(path),
    )
      ? [category as Category]
      : [],
  );
  return found.length > 0 ? found : ['standard'];
}

const PATTERNS = Object.fromEntries(
  Object.entries(TRAFFIC).map(([category, endpoints]) => [
    category,
    endpoints.map(([verb, path]) => ({
      verb,
      pattern: new RegExp(`^${path.replaceAll(/[.\\+?^${}()|[\]]/g, '\\$&').replaceAll('*', '.*')}$`),
    })),
  ]),
);
