import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { planEntry } from '../vocabulary/plan.ts';
import { id, timestamp } from '../vocabulary/scalars.ts';
import { listOf, listQuery } from './query.ts';
import { defineRoute } from './route.ts';

/** A plan as it stands. */
export const planView = z.object({ slug: id, plan: planEntry, updated_at: timestamp }).meta({ id: 'Plan' });

const params = closed({ slug: id });

/** The plan in full: there is no part of a plan. */
export const putPlan = defineRoute({
  operationId: 'putPlan',
  method: 'PUT',
  path: '/v1/plans/{slug}',
  service: 'meter-service',
  summary: 'Publish a plan, or change it',
  description:
    "For the installation's owner. A change holds from the next call of every organization on the plan. 201 when it is new; the same plan again changes nothing. A limit at a scope by which its counter or gauge is not counted is refused. Plans are stored in the clear.",
  permission: 'manage_plans',
  everywhere: true,
  params,
  body: planEntry,
  invalidBody: 'plan_invalid',
  responses: { 200: planView, 201: planView },
  problems: ['version_conflict'],
});

/** As it was written. */
export const getPlan = defineRoute({
  operationId: 'getPlan',
  method: 'GET',
  path: '/v1/plans/{slug}',
  service: 'meter-service',
  summary: 'Read a plan',
  permission: 'read',
  params,
  responses: { 200: planView },
  problems: ['not_found'],
});

/** Those in force. */
export const listPlans = defineRoute({
  operationId: 'listPlans',
  method: 'GET',
  path: '/v1/plans',
  service: 'meter-service',
  summary: 'List plans',
  permission: 'read',
  query: listQuery({}),
  responses: { 200: listOf(planView) },
  problems: [],
});

/** A plan as it stands. */
export type PlanView = Immutable<z.output<typeof planView>>;
