import { findPublicEvent } from '@countersign/contracts';
import {
  type Decider,
  type DomainEvent,
  fold,
  isRejection,
  type JsonObject,
} from '@countersign/event-sourcing';
import { createPublisher } from '@countersign/message-bus';
import { openDisclosure } from '@countersign/sealing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { agent } from './agent/decide.ts';
import { agentPublications } from './agent/publish.ts';
import { apiKey } from './apikey/decide.ts';
import { apiKeyPublications } from './apikey/publish.ts';
import { group } from './group/decide.ts';
import { groupPublications } from './group/publish.ts';
import { invitation } from './invitation/decide.ts';
import { invitationPublications } from './invitation/publish.ts';
import { killSwitch } from './killswitch/decide.ts';
import { killSwitchPublications } from './killswitch/publish.ts';
import { organization } from './organization/decide.ts';
import { organizationPublications } from './organization/publish.ts';
import { project } from './project/decide.ts';
import { projectPublications } from './project/publish.ts';
import { gatewayPublications } from './publications.ts';
import { roleCatalog } from './rolecatalog/decide.ts';
import { roleCatalogPublications } from './rolecatalog/publish.ts';
import { announce, authorize, commandsOfACall, history, redeem } from './testing/call-commands.ts';
import {
  commandsOfAGroup,
  commandsOfAKey,
  commandsOfAKillSwitch,
  commandsOfAnAgent,
  commandsOfAnInvitation,
  commandsOfAnOrganization,
  commandsOfARoleCatalog,
  commandsOfATool,
  commandsOfAUser,
  registerProject,
  registerWorkspace,
} from './testing/registration-commands.ts';
import { tool } from './tool/decide.ts';
import { toolPublications } from './tool/publish.ts';
import { toolCall } from './toolcall/decide.ts';
import { toolCallPublications } from './toolcall/publish.ts';
import { user } from './user/decide.ts';
import { userPublications } from './user/publish.ts';
import { workspace } from './workspace/decide.ts';
import { workspacePublications } from './workspace/publish.ts';

const publisher = createPublisher(gatewayPublications);

/** The events of a program of commands; what is refused leaves none. */
function eventsOf<State, Command, Event extends DomainEvent, Code extends string>(
  decider: Decider<State, Command, Event, Code>,
  program: readonly Command[],
): readonly Event[] {
  const events: Event[] = [];
  for (const command of program) {
    const decided = decider.decide(command, fold(decider, events));
    if (!isRejection(decided)) events.push(...decided);
  }
  return events;
}

function programs<State, Command, Event extends DomainEvent, Code extends string>(
  decider: Decider<State, Command, Event, Code>,
  commands: fc.Arbitrary<Command>,
): fc.Arbitrary<readonly DomainEvent[]> {
  return fc.array(commands, { minLength: 1, maxLength: 12 }).map((program) => eventsOf(decider, program));
}

const AGGREGATES = [
  { category: 'toolcall', publications: toolCallPublications, events: programs(toolCall, commandsOfACall) },
  {
    category: 'killswitch',
    publications: killSwitchPublications,
    events: programs(killSwitch, commandsOfAKillSwitch),
  },
  { category: 'agent', publications: agentPublications, events: programs(agent, commandsOfAnAgent) },
  { category: 'tool', publications: toolPublications, events: programs(tool, commandsOfATool) },
  { category: 'user', publications: userPublications, events: programs(user, commandsOfAUser) },
  { category: 'apikey', publications: apiKeyPublications, events: programs(apiKey, commandsOfAKey) },
  {
    category: 'organization',
    publications: organizationPublications,
    events: programs(organization, commandsOfAnOrganization),
  },
  {
    category: 'rolecatalog',
    publications: roleCatalogPublications,
    events: programs(roleCatalog, commandsOfARoleCatalog),
  },
  {
    category: 'workspace',
    publications: workspacePublications,
    events: programs(workspace, fc.constant(registerWorkspace)),
  },
  {
    category: 'project',
    publications: projectPublications,
    events: programs(project, fc.constantFrom('research', 'default').map(registerProject)),
  },
  {
    category: 'invitation',
    publications: invitationPublications,
    events: programs(invitation, commandsOfAnInvitation),
  },
  { category: 'group', publications: groupPublications, events: programs(group, commandsOfAGroup) },
];

/** A stored event as the bus carries it, from JSON to JSON. */
function published(category: string, { type, data }: DomainEvent) {
  const message = publisher.publish({
    type,
    data: JSON.parse(JSON.stringify(data)) as JsonObject,
    stream: `${category}-1`,
    version: 1,
    position: 1,
    metadata: { id: 'e1', time: '2026-11-21T12:00:00.000Z', organization: 'acme' },
  });
  if (!message) throw new Error(`nobody publishes ${type}`);
  return message;
}

describe.each(AGGREGATES)('what is published of $category', ({ category, publications, events }) => {
  it('fits the contract, for every event of any program', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(events, (happened) => {
        for (const event of happened) {
          const { type, data } = published(category, event);
          seen.add(event.type);
          const definition = findPublicEvent(type);
          expect(definition?.category).toBe(category);
          expect({ type, error: definition?.data.safeParse(data).error }).toEqual({ type, error: undefined });
        }
      }),
      { numRuns: 300, seed: 1 },
    );
    // Of every public type the newest version: older ones are read, and never written again.
    const newest = new Map(publications.map(({ type, stored }) => [type, stored]));
    expect([...seen].sort()).toEqual([...newest.values()].sort());
  });

  it('seals the erasable fields of the contract, and no others', () => {
    fc.assert(
      fc.property(events, (happened) => {
        for (const event of happened) {
          const shape = findPublicEvent(published(category, event).type)?.erasable.shape;
          for (const { name, encoded } of event.personal?.disclosures ?? []) {
            const opened = openDisclosure(encoded);
            if ('code' in opened) throw new Error(opened.detail);
            const field = z.object(shape).shape[name];
            expect(field, `${event.type} seals ${name}`).toBeDefined();
            expect(z.safeParse(field as z.ZodType, opened.value).error).toBeUndefined();
          }
        }
      }),
      { numRuns: 50, seed: 2 },
    );
  });
});

it('publishes every stored type of the gateway, one to one', () => {
  expect(AGGREGATES.flatMap(({ publications }) => publications)).toHaveLength(gatewayPublications.length);
  expect(new Set(gatewayPublications.map(({ service }) => service))).toEqual(new Set(['gateway']));
});

it('keeps what only the gateway needs out of what is published', () => {
  const [, requested, , redeemed] = history(announce(), authorize(), redeem());
  const namesOf = (event: DomainEvent | undefined) =>
    Object.keys(event ? published('toolcall', event).data : {});
  expect(requested?.data).toMatchObject({ redeem: false, claims: { user_id: null } });
  expect(namesOf(requested)).not.toContain('redeem');
  expect(namesOf(requested)).not.toContain('claims');
  expect(redeemed?.data).toHaveProperty('redeemed_at');
  expect(namesOf(redeemed)).not.toContain('redeemed_at');
});
