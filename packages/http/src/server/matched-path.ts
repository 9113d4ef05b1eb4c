import type { FastifyRequest } from 'fastify';

/**
 * The path that a request is judged by: that of the route which matched, with its parameters filled in. The router takes
 * one address in many spellings (escaped, absolute, with a fragment), and none of them may pass for another address.
 */
export function pathOf({ template, params, url }: FastifyRequest): string {
  if (template === null) return url.split('?', 1)[0] ?? '';
  if (!template.includes(':')) return template;
  const values = params as Readonly<Record<string, string>>;
  // A slash in a parameter stays escaped: it begins no other segment.
  return template.replaceAll(/:(\w+)/g, (_, name: string) => (values[name] ?? '').replaceAll('/', '%2F'));
}
