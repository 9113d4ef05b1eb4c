import { z } from 'zod';
import { closed } from '../closed.ts';
import { policyModes, policyVersion } from '../events/policy.ts';
import type { Immutable } from '../immutable.ts';
import { MAX_POLICY_CHARS } from '../limits.ts';
import { actor } from '../vocabulary/principal.ts';
import { id, policyDigest, timestamp } from '../vocabulary/scalars.ts';
import { policyScope } from '../vocabulary/scope.ts';
import { listOf, listQuery } from './query.ts';
import { defineRoute } from './route.ts';

const policyText = z.string().min(1).max(MAX_POLICY_CHARS);

/** A policy's text and its tests, both YAML. */
export const policyRequest = closed({ policy: policyText, tests: policyText }).meta({ id: 'PolicyRequest' });

/** A version of a policy by its names. */
export const policyPublishedAnswer = z
  .object({ id, version: policyVersion, digest: policyDigest })
  .meta({ id: 'PolicyPublished' });

const policyInForce = z
  .object({ version: policyVersion, mode: z.enum(policyModes), scope: policyScope, floor: z.boolean() })
  .meta({ id: 'PolicyInForce' });

/** A policy as it stands: its newest version, and which versions are in force where. */
export const policySummary = z
  .object({ ...policyPublishedAnswer.shape, active: z.array(policyInForce), updated_at: timestamp })
  .meta({ id: 'PolicySummary' });

/** A policy as it stands, with the text of its newest version. */
export const policyView = z
  .object({ ...policySummary.shape, policy: z.string(), tests: z.string() })
  .meta({ id: 'Policy' });

/** One version of a policy. */
export const policyVersionView = z
  .object({
    ...policyPublishedAnswer.shape,
    policy: z.string(),
    tests: z.string(),
    engine: z.object({ name: z.string(), version: z.string() }),
    author: actor,
    created_at: timestamp,
  })
  .meta({ id: 'PolicyVersion' });

/** Which version shall be in force, where and how. */
export const policyActivateRequest = closed({
  version: policyVersion,
  mode: z.enum(policyModes),
  scope: policyScope
    .optional()
    .describe("default the scope that the version's own text declares, or else the organization of the key"),
  floor: z.boolean().default(false).describe('narrower scopes cannot weaken it'),
}).meta({ id: 'PolicyActivateRequest' });

/** Where a policy shall not be in force any more. */
export const policyDeactivateRequest = closed({
  scope: policyScope
    .optional()
    .describe(
      "default the scope that the newest version's text declares, or else the organization of the key",
    ),
}).meta({ id: 'PolicyDeactivateRequest' });

/** What to test: texts that need not be published, or else the newest version's own. */
export const policyTestRequest = closed({ policy: policyText.optional(), tests: policyText.optional() }).meta(
  {
    id: 'PolicyTestRequest',
  },
);

/** How the tests of a policy went. */
export const policyTestAnswer = z
  .object({
    passed: z.boolean(),
    tests: z.array(z.object({ name: z.string(), passed: z.boolean(), detail: z.string().optional() })),
    unhit_rules: z
      .array(id)
      .describe('rules that no test fires; a version with such rules cannot be published'),
  })
  .meta({ id: 'PolicyTestAnswer' });

const params = closed({ id });
const place = { service: 'policy-engine', params } as const;

/** A new version. What decides is not changed by it. */
export const putPolicy = defineRoute({
  ...place,
  operationId: 'putPolicy',
  method: 'PUT',
  path: '/v1/policies/{id}',
  summary: 'Publish a version of a policy',
  description:
    'Published is not in force: see activate. Refused with line and column of every error unless it compiles, its tests pass and hit every rule. 200 when the newest version has the same text. Policies are stored in the clear.',
  permission: 'publish_policies',
  body: policyRequest,
  responses: { 200: policyPublishedAnswer, 201: policyPublishedAnswer },
  problems: ['policy_invalid', 'version_conflict'],
});

/** Its newest version, which need not be the one in force. */
export const getPolicy = defineRoute({
  ...place,
  operationId: 'getPolicy',
  method: 'GET',
  path: '/v1/policies/{id}',
  summary: 'Read a policy',
  permission: 'read',
  responses: { 200: policyView },
  problems: ['not_found'],
});

/** Without their texts. */
export const listPolicies = defineRoute({
  operationId: 'listPolicies',
  method: 'GET',
  path: '/v1/policies',
  service: 'policy-engine',
  summary: 'List policies',
  permission: 'read',
  query: listQuery({}),
  responses: { 200: listOf(policySummary) },
  problems: [],
});

/** Every text that was ever published under the id. */
export const listPolicyVersions = defineRoute({
  ...place,
  operationId: 'listPolicyVersions',
  method: 'GET',
  path: '/v1/policies/{id}/versions',
  summary: 'List the versions of a policy, oldest first',
  permission: 'read',
  query: listQuery({}),
  responses: { 200: listOf(policyVersionView) },
  problems: ['not_found'],
});

/** Also the way back to an older version. */
export const activatePolicy = defineRoute({
  ...place,
  operationId: 'activatePolicy',
  method: 'POST',
  path: '/v1/policies/{id}/activate',
  summary: 'Put a version in force in a scope',
  description:
    "It replaces that policy's version in that scope; policies of different ids in force are all evaluated and combined. No permit becomes void; waiting approvals are judged by what is in force at their release.",
  permission: 'publish_policies',
  body: policyActivateRequest,
  responses: { 200: policySummary },
  problems: ['not_found', 'version_conflict'],
});

/** What is left without any policy is denied. */
export const deactivatePolicy = defineRoute({
  ...place,
  operationId: 'deactivatePolicy',
  method: 'POST',
  path: '/v1/policies/{id}/deactivate',
  summary: 'Take a policy out of force in a scope',
  permission: 'publish_policies',
  body: policyDeactivateRequest,
  responses: { 200: policySummary },
  problems: ['not_found', 'version_conflict'],
});

/** What publishing would say, without publishing. */
export const testPolicy = defineRoute({
  ...place,
  operationId: 'testPolicy',
  method: 'POST',
  path: '/v1/policies/{id}/test',
  summary: 'Run the tests of a policy, and change nothing',
  permission: 'read',
  body: policyTestRequest,
  responses: { 200: policyTestAnswer },
  problems: ['policy_invalid', 'not_found'],
});

/** A policy's text and its tests, both YAML. */
export type PolicyRequest = Immutable<z.output<typeof policyRequest>>;
/** A policy as it stands: its newest version, and which versions are in force where. */
export type PolicySummary = Immutable<z.output<typeof policySummary>>;
/** A policy as it stands, with the text of its newest version. */
export type PolicyView = Immutable<z.output<typeof policyView>>;
/** One version of a policy. */
export type PolicyVersionView = Immutable<z.output<typeof policyVersionView>>;
/** Which version shall be in force, where and how. */
export type PolicyActivateRequest = Immutable<z.output<typeof policyActivateRequest>>;
/** Where a policy shall not be in force any more. */
export type PolicyDeactivateRequest = Immutable<z.output<typeof policyDeactivateRequest>>;
/** What to test: texts that need not be published, or else the newest version's own. */
export type PolicyTestRequest = Immutable<z.output<typeof policyTestRequest>>;
/** How the tests of a policy went. */
export type PolicyTestAnswer = Immutable<z.output<typeof policyTestAnswer>>;
