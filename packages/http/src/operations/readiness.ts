import { type Problem, problem, type Readiness, routes } from '@countersign/contracts';
import type { FastifyInstance } from 'fastify';
import { mount } from '../route/mount.ts';

/** Something that must work before calls can be answered. */
export interface ReadinessCheck {
  readonly name: string;
  /** Why not, in words that anybody may read; null when ready. */
  readonly missing: () => string | null;
}

/** Serves `/healthz` (the process runs) and `/readyz` (it can answer calls, else what is missing). */
export function serveHealth(app: FastifyInstance, checks: readonly ReadinessCheck[]): void {
  mount(app, routes.getHealth, () => ({ status: 200, body: { status: 'ok' } }));
  mount(app, routes.getReadiness, () => {
    const results = checks.map(({ name, missing }) => ({ name, missing: missing() }));
    if (app.edge.closing.aborted) results.push({ name: 'server', missing: 'is closing' });
    const missing = results.filter((result) => result.missing !== null);
    return missing.length > 0 ? notReady(missing) : { status: 200, body: ready(results) };
  });
}

type Result = { readonly name: string; readonly missing: string | null };

function ready(results: readonly Result[]): Readiness {
  return { status: 'ready', checks: results.map(({ name }) => ({ name, ready: true })) };
}

function notReady(missing: readonly Result[]): Problem {
  const errors = missing.map(({ name, missing }) => ({ pointer: `/${name}`, detail: missing ?? '' }));
  const detail = errors.map(({ pointer, detail }) => `${pointer.slice(1)}: ${detail}`).join('; ');
  return problem('unavailable', detail.slice(0, 1_000), { errors });
}
