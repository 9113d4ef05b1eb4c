import { closed } from '../closed.ts';
import { meterBalance, meterScope } from '../vocabulary/quota.ts';
import { after, limit, listOf } from './query.ts';
import { defineRoute } from './route.ts';

export const listMeters = defineRoute({
  operationId: 'listMeters',
  method: 'GET',
  path: '/v1/meters',
  service: 'meter-service',
  summary: 'Read meters and what stands against them',
  permission: 'read',
  query: closed({ limit, after, scope: meterScope.optional() }),
  responses: { 200: listOf(meterBalance) },
  problems: [],
});
