import { readFileSync } from 'node:fs';
import { type PublicEventType, publicEvents, schemasDirectory } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callId } from '../testing/stand-ins.ts';
import { createApprovalsView } from './approvals.ts';

const FIXTURES = {
  'agent.approval.requested': 'sealed',
  'agent.approval.voted': 'sealed',
  'agent.approval.granted': 'sealed',
  'agent.approval.denied': 'sealed',
  'agent.approval.expired': 'typical',
  'agent.approval.voided': 'typical',
} as const satisfies { readonly [Type in PublicEventType]?: string };
type ApprovalType = keyof typeof FIXTURES;

const END_TYPES = ['granted', 'denied', 'expired', 'voided'].map(
  (end) => `agent.approval.${end}` as ApprovalType,
);

/** What happened to a few approvals: asked, some votes, perhaps an end. */
const story = fc.array(
  fc.record({
    call: fc.integer({ min: 1, max: 4 }),
    votes: fc.array(fc.constantFrom('approve', 'deny'), { maxLength: 3 }),
    end: fc.option(fc.constantFrom(...END_TYPES)),
  }),
  { maxLength: 4 },
);

function messagesOf(stories: readonly (typeof story extends fc.Arbitrary<infer S> ? S : never)[number][]) {
  const messages: Message[] = [];
  const tell = (type: ApprovalType, call: number, change: object = {}) => {
    const { topic, service } = publicEvents[type];
    const file = new URL(`fixtures/public/${type}.v1.${FIXTURES[type]}.json`, schemasDirectory);
    const subject = `approval-${callId(call)}`;
    messages.push({
      id: `event-${messages.length}`,
      type,
      topic,
      service,
      subject,
      sequence: messages.filter((message) => message.subject === subject).length + 1,
      position: messages.length + 1,
      time: '2026-11-21T12:00:00.000Z',
      organization: 'acme',
      correlation: callId(call),
      data: { ...JSON.parse(readFileSync(file, 'utf8')).data, tool_call_id: callId(call), ...change },
    });
  };
  const seen = new Set<number>();
  for (const { call, votes, end } of stories) {
    if (seen.has(call)) continue;
    seen.add(call);
    tell('agent.approval.requested', call, { expires_at: '2026-11-21T12:01:00.000Z' });
    for (const decision of votes) tell('agent.approval.voted', call, { decision });
    if (end) tell(end, call);
  }
  return messages;
}

const rowsOf = (messages: readonly Message[]) => {
  const view = createApprovalsView();
  for (const message of messages) view.apply(message);
  return view.table.takeChanges().writes;
};

describe('the view of approvals', () => {
  it('says how each approval stands', () => {
    const messages = messagesOf([
      { call: 1, votes: ['approve', 'approve'], end: null },
      { call: 2, votes: ['approve'], end: 'agent.approval.granted' },
      { call: 3, votes: ['deny'], end: 'agent.approval.denied' },
      { call: 4, votes: [], end: 'agent.approval.voided' },
    ]);
    const rows = rowsOf(messages).map(({ row }) => row);
    const shown = rows.map((row) => [row?.id, row?.state, row?.given, row?.deadline]);
    const deadline = Date.parse('2026-11-21T12:01:00.000Z');
    expect(shown).toEqual([
      [callId(1), 'waiting', 2, deadline],
      [callId(2), 'granted', 1, null],
      [callId(3), 'denied', 0, null],
      [callId(4), 'void', 0, null],
    ]);
  });

  it('holds no free text', () => {
    const [write] = rowsOf(messagesOf([{ call: 1, votes: [], end: null }]));
    const names = Object.keys(Object(write?.row?.question));
    expect(names).toContain('arguments_digest');
    for (const erasable of ['arguments', 'reason', 'reasoning']) expect(names).not.toContain(erasable);
  });

  it('is the same however often and from where on messages are delivered again', () => {
    fc.assert(
      fc.property(story, fc.nat(), fc.nat(), (stories, from, to) => {
        const messages = messagesOf(stories);
        const cut = to % (messages.length + 1);
        const repeated = [...messages.slice(0, cut), ...messages.slice(from % (cut + 1)), ...messages];
        expect(rowsOf(repeated)).toEqual(rowsOf(messages));
      }),
    );
  });

  it('asks for the row of every event that changes one', () => {
    const view = createApprovalsView();
    const [asked, voted] = messagesOf([{ call: 1, votes: ['approve'], end: null }]);
    expect(view.needs(asked as Message)).toEqual([]);
    expect(view.needs(voted as Message)).toEqual([callId(1)]);
  });
});
