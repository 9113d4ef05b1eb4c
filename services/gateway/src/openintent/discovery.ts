import { routes } from '@countersign/contracts';
import { mount } from '@countersign/http';
import type { FastifyInstance } from 'fastify';

/** What of OpenIntent is spoken under `/api/v1`. What is not named here is not there. */
const DISCOVERY = {
  protocol: 'OpenIntent Coordination Protocol',
  version: '0.1',
  rfcUrls: ['/rfc/0001', '/rfc/0002', '/rfc/0003', '/rfc/0009', '/rfc/0011'],
  capabilities: [
    'intents',
    'events',
    'state-patches',
    'optimistic-concurrency',
    'cost-tracking',
    'leasing',
    'governance',
    'governance-enforcement',
    'access-control',
    'access-requests',
    'delegation',
    'namespaces',
    'context',
  ],
  openApiUrl: '/openapi.json',
} as const;

/** Serves what OpenIntent's clients look at first; it needs no key. */
export function discoveryRoute(app: FastifyInstance): void {
  mount(app, routes.discoverOpenIntent, () => ({ status: 200, body: DISCOVERY }));
}
