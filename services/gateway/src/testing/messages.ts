import { readFileSync } from 'node:fs';
import { findPublicEvent, type PublicEventType, schemasDirectory } from '@countersign/contracts';
import type { JsonObject } from '@countersign/event-sourcing';
import type { Message } from '@countersign/message-bus';
import { AT, CALL_ID } from './call-commands.ts';

/** The golden fixture that a message of a type is made from. */
const FIXTURES: { readonly [Type in PublicEventType]?: string } = {
  'acl.created': 'typical',
  'agent.decision.made': 'silent',
  'agent.tool.requested': 'sealed',
  'agent.tool.evaluated': 'sealed',
  'agent.approval.requested': 'sealed',
  'agent.approval.granted': 'sealed',
  'agent.approval.denied': 'sealed',
  'agent.approval.expired': 'typical',
  'agent.approval.voided': 'typical',
  'agent.quota.reserved': 'typical',
  'agent.quota.denied': 'meter',
  'agent.quota.committed': 'typical',
  'agent.quota.released': 'typical',
  'agent.quota.overrun': 'typical',
  'agent.quota.adjusted': 'typical',
  'agent.tool.authorized': 'typical',
  'agent.permit.redeemed': 'executor',
  'agent.tool.called': 'sealed',
  'agent.tool.lapsed': 'typical',
  'agent.tool.abandoned': 'typical',
  'agent.safety.blocked': 'denied',
  'killswitch.engaged': 'sealed',
  'killswitch.effective': 'typical',
  'killswitch.released': 'sealed',
  'killswitch.expired': 'typical',
  'agent.registered': 'sealed',
  'agent.changed': 'sealed',
  'agent.disabled': 'sealed',
  'tool.declared': 'typical',
  'tool.withdrawn': 'typical',
  'user.registered': 'sealed',
  'user.changed': 'sealed',
  'organization.created': 'typical',
  'apikey.created': 'sealed',
  'apikey.revoked': 'typical',
  'plan.published': 'typical',
  'policy.published': 'typical',
  'accessreview.set': 'typical',
};

/** Clear data of a type as a golden fixture has it. */
export function fixtureData(type: PublicEventType): JsonObject {
  const name = FIXTURES[type];
  if (name === undefined) throw new RangeError(`no fixture is named for ${type}`);
  const file = new URL(`fixtures/public/${type}.v1.${name}.json`, schemasDirectory);
  return (JSON.parse(readFileSync(file, 'utf8')) as { data: JsonObject }).data;
}

/** What a test says of a message; all else is the fixture's. */
export interface MessageChange {
  readonly position: number;
  readonly sequence?: number;
  readonly time?: string;
  readonly organization?: string;
  readonly call?: string;
  readonly subject?: string;
  readonly data?: JsonObject;
}

/** A message about one call, hand-made out of its type's golden fixture. */
export function callMessage(type: PublicEventType, change: MessageChange): Message {
  const call = change.call ?? CALL_ID;
  const { tool_call_id } = fixtureData(type);
  const data = tool_call_id === undefined ? change.data : { tool_call_id: call, ...change.data };
  return { ...controlMessage(type, { ...change, ...(data ? { data } : {}) }), correlation: call };
}

/** A message about no call, in the same way. */
export function controlMessage(type: PublicEventType, change: MessageChange): Message {
  const definition = findPublicEvent(type);
  if (!definition) throw new RangeError(`${type} is no public event`);
  const { position, sequence = position, time = AT, organization = 'acme', call = CALL_ID } = change;
  return {
    id: `01a1fd5a-0e60-7260-a743-${String(position).padStart(12, '0')}`,
    type,
    topic: definition.topic,
    service: definition.service,
    subject: change.subject ?? `${definition.category}-${call}`,
    sequence,
    position,
    time,
    organization,
    data: { ...fixtureData(type), ...change.data },
  };
}
