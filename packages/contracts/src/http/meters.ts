import { z } from 'zod';
import { closed } from '../closed.ts';
import { meterBalance, meterScopeFilter } from '../vocabulary/quota.ts';
import { after, limit, listOf } from './query.ts';
import { defineRoute } from './route.ts';

/** How much is used and held of each limit, in the meter's unit; money in micro-units. */
export const listMeters = defineRoute({
  operationId: 'listMeters',
  method: 'GET',
  path: '/v1/meters',
  service: 'meter-service',
  summary: 'Read meters and what stands against them',
  permission: 'read',
  description:
    "`scope` is `<kind>:<id>`, or a kind alone for all of that kind, of which `organization` is the caller's own; of a person in one project it is `project_user:<project>:<user>`, or without the user all of the project. `rollup=true` adds up the meters of each rule over all its scopes, as rows of the organization without a limit: for display, nothing is enforced by it.",
  query: closed({
    limit,
    after,
    scope: meterScopeFilter.optional(),
    rollup: z
      .enum(['true', 'false'])
      .default('false')
      .transform((text) => text === 'true'),
  }),
  responses: { 200: listOf(meterBalance) },
  problems: [],
});
