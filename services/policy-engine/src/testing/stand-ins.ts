import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type PublicEventType, publicEvents, schemasDirectory } from '@countersign/contracts';
import type { JsonObject } from '@countersign/event-sourcing';
import { type Publications, publishAs } from '@countersign/service';

/** What the policy-engine reads of others, each with the golden fixture that a stand-in is made from. */
const FIXTURES = {
  'organization.created': 'typical',
  'organization.plan_changed': 'typical',
  'plan.published': 'typical',
  'user.registered': 'sealed',
  'user.changed': 'sealed',
  'user.removed': 'typical',
  'agent.registered': 'sealed',
  'agent.access_set': 'typical',
  'agent.disabled': 'sealed',
  'agent.enabled': 'sealed',
  'group.changed': 'typical',
  'role.catalog.applied': 'typical',
  'tool.declared': 'typical',
  'tool.withdrawn': 'typical',
  'killswitch.engaged': 'sealed',
  'agent.decision.made': 'sealed',
  'agent.tool.requested': 'sealed',
  'agent.permit.redeemed': 'self',
  'agent.tool.called': 'sealed',
  'agent.approval.granted': 'sealed',
} as const satisfies { readonly [Type in PublicEventType]?: string };

/** An event of another service that specs may publish. */
export type StandInType = keyof typeof FIXTURES;

/** The name under which a stand-in is stored: never that of the service that it stands in for. */
export const storedName = (type: StandInType) => `upstream:${type}`;

/** Stand-ins for the events of other services, published as those publish theirs. */
export const standInPublications: Publications = (Object.keys(FIXTURES) as StandInType[]).map((type) =>
  publishAs(publicEvents[type], storedName(type)),
);

/** The data of the golden fixture of a type. */
export function fixtureData(type: StandInType): JsonObject {
  const file = new URL(`fixtures/public/${type}.v1.${FIXTURES[type]}.json`, schemasDirectory);
  return JSON.parse(readFileSync(file, 'utf8')).data;
}

/** The id of a call out of a small number. */
export function callId(number: number): string {
  return `01a1fd5a-0e60-7260-a743-${String(number).padStart(12, '0')}`;
}

/** A tool that reads one path and asks for nothing. */
export const READ_FILE = {
  description: 'Reads',
  input_schema: {
    type: 'object',
    properties: { path: { type: 'string' } },
    required: ['path'],
    additionalProperties: false,
  },
  action: 'read',
  required_permissions: [] as string[],
  resource: null,
  destructive: false,
  requires_approval: false,
  sensitivity: 'low',
  environment: 'development',
  environment_from: null,
  cost_micros: 0,
  cost_from: null,
  timeout_ms: null,
} satisfies JsonObject;

/** What a tool's definition is known by; the gateway's own hash is another, and as good as this to compare. */
export function definitionHash(declaration: JsonObject): string {
  return hash('sha256', JSON.stringify(declaration), 'base64url');
}
