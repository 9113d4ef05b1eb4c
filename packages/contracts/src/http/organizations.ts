import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { id, timestamp } from '../vocabulary/scalars.ts';
import { anchorDay, timeZone } from '../vocabulary/time-zone.ts';
import { listOf, listQuery } from './query.ts';
import { defineRoute } from './route.ts';

/** Monthly periods begin on the first unless somebody says otherwise. */
const DEFAULT_ANCHOR_DAY = 1;

/** An organization to be made. `zone` and `anchor_day` fix where its metering periods begin. */
export const organizationRequest = closed({
  id,
  plan: id.optional(),
  zone: timeZone.default('UTC'),
  anchor_day: anchorDay.default(DEFAULT_ANCHOR_DAY),
}).meta({ id: 'OrganizationRequest' });

/** An organization as it stands. */
export const organization = z
  .object({
    id,
    plan: id,
    zone: timeZone,
    anchor_day: anchorDay,
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'Organization' });

/** The plan that an organization shall be on. */
export const organizationPlanRequest = closed({ plan: id }).meta({ id: 'OrganizationPlanRequest' });

const ownersOnly = "For the installation's owner.";

/** Its periods are set by `zone` and `anchor_day` and never move. */
export const createOrganization = defineRoute({
  operationId: 'createOrganization',
  method: 'POST',
  path: '/v1/organizations',
  service: 'gateway',
  summary: 'Make an organization',
  description: `${ownersOnly} Without a plan it is on the default one. 404 when there is no such plan.`,
  permission: 'manage_organizations',
  body: organizationRequest,
  responses: { 201: organization },
  problems: ['already_exists', 'not_found'],
});

/** Every organization of the installation. */
export const listOrganizations = defineRoute({
  operationId: 'listOrganizations',
  method: 'GET',
  path: '/v1/organizations',
  service: 'gateway',
  summary: 'List organizations',
  description: ownersOnly,
  permission: 'manage_organizations',
  query: listQuery({}),
  responses: { 200: listOf(organization) },
  problems: [],
});

/** What was used stays used: limits of the new plan hold against it. */
export const setOrganizationPlan = defineRoute({
  operationId: 'setOrganizationPlan',
  method: 'PUT',
  path: '/v1/organizations/{id}/plan',
  service: 'gateway',
  summary: 'Put an organization on a plan',
  description: `${ownersOnly} It holds from the next call.`,
  permission: 'manage_organizations',
  params: closed({ id }),
  body: organizationPlanRequest,
  responses: { 200: organization },
  problems: ['not_found', 'version_conflict'],
});

/** An organization to be made. `zone` and `anchor_day` fix where its metering periods begin. */
export type OrganizationRequest = Immutable<z.output<typeof organizationRequest>>;
/** An organization as it stands. */
export type Organization = Immutable<z.output<typeof organization>>;
/** The plan that an organization shall be on. */
export type OrganizationPlanRequest = Immutable<z.output<typeof organizationPlanRequest>>;
