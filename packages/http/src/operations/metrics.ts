import { routes } from '@countersign/contracts';
import type { FastifyInstance } from 'fastify';
import { mount } from '../route/mount.ts';

/** Prometheus' text exposition format. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Serves `/metrics`: `expose` gives the figures as they stand. */
export function serveMetrics(app: FastifyInstance, expose: () => Promise<string>): void {
  mount(app, routes.getMetrics, async () => ({
    status: 200,
    headers: { 'content-type': CONTENT_TYPE },
    body: await expose(),
  }));
}
