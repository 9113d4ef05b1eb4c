import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type PublicEventType, publicEvents, schemasDirectory } from '@countersign/contracts';
import type { JsonObject } from '@countersign/event-sourcing';
import { type Publications, publishAs } from '@countersign/service';

/** What the approval-service reads of others, each with the golden fixture that a stand-in is made from. */
const FIXTURES = {
  'organization.created': 'typical',
  'user.registered': 'sealed',
  'user.changed': 'sealed',
  'group.registered': 'typical',
  'group.changed': 'typical',
  'role.catalog.applied': 'typical',
  'agent.registered': 'sealed',
  'agent.changed': 'sealed',
  'agent.disabled': 'sealed',
  'acl.created': 'sealed',
  'tool.declared': 'typical',
  'tool.withdrawn': 'typical',
  'killswitch.engaged': 'sealed',
  'agent.decision.made': 'sealed',
  'agent.tool.requested': 'sealed',
  'agent.tool.evaluated': 'sealed',
  'agent.safety.blocked': 'denied',
  'agent.quota.charged': 'request',
  'plan.published': 'typical',
  'retention.flushed': 'typical',
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

/** What a version of a tool's definition is known by. */
export function definitionHash(tool: string, version: number): string {
  return hash('sha256', `${tool} ${version}`, 'base64url');
}
