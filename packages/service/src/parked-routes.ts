import { type Parked, type Problem, routes } from '@countersign/contracts';
import { isProblem, mount } from '@countersign/http';
import type { FastifyInstance } from 'fastify';
import {
  NOT_PARKED,
  type ParkedDependencies,
  type ParkedPage,
  type ParkedQuery,
  type ParkedSource,
  parkedHere,
} from './parked-here.ts';

/**
 * Subjects whose events wait behind one that could not be handled: shown, and handled again in order. `elsewhere` are those
 * of services in other processes; what some of them can't say is not left out, but an outage.
 */
export function parkedRoutes(
  app: FastifyInstance,
  dependencies: ParkedDependencies,
  elsewhere: readonly ParkedSource[] = [],
): void {
  const sources = [parkedHere(dependencies), ...elsewhere];

  mount(app, routes.listParked, async ({ query, principal }) => {
    const pages = await Promise.all(sources.map((source) => source.list(query, principal)));
    const failed = pages.find(isProblem);
    if (failed) return failed;
    return { status: 200, body: mergedPage(pages as ParkedPage[], query) };
  });

  mount(app, routes.getParked, async ({ params, principal }) => {
    const found = await firstToKnow(sources, (source) => source.get(params.id, principal));
    return isProblem(found) ? found : { status: 200, body: found };
  });

  mount(app, routes.retryParked, async ({ params, principal }) => {
    const retried = await firstToKnow(sources, (source) => source.retry(params.id, principal));
    return isProblem(retried) ? retried : { status: 200, body: retried };
  });
}

/** Each page begins after the same id, so that what of all comes first is on it: as far as all of them reach. */
function mergedPage(pages: readonly ParkedPage[], { limit }: ParkedQuery) {
  const [end] = pages.flatMap(({ next }) => next ?? []).sort();
  const byId = new Map<string, Parked>();
  for (const { items } of pages) for (const item of items) if (!byId.has(item.id)) byId.set(item.id, item);
  const all = [...byId.values()]
    .filter(({ id }) => end === undefined || id <= end)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const items = all.slice(0, limit);
  const isMore = all.length > limit || end !== undefined;
  return { items, next: isMore ? (items.at(-1)?.id ?? null) : null };
}

/** The answer of the source that has it, one after the other; who can't say may have it. */
async function firstToKnow<Answer extends object>(
  sources: readonly ParkedSource[],
  ask: (source: ParkedSource) => Promise<Answer | Problem>,
): Promise<Answer | Problem> {
  let unknown: Problem | null = null;
  for (const source of sources) {
    const answer = await ask(source);
    if (!isProblem(answer)) return answer;
    if (answer.code !== 'not_found') unknown ??= answer;
  }
  return unknown ?? NOT_PARKED;
}
