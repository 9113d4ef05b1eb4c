import type { Stage } from '../stage.ts';

/** Everything that a call leaves behind when a person is asked. */
const EXPECTED: readonly string[] = [
  'agent.decision.made',
  'agent.tool.requested',
  'agent.tool.evaluated',
  'agent.approval.requested',
  'agent.approval.voted',
  'agent.approval.granted',
  'agent.tool.evaluated',
  'agent.quota.reserved',
  'agent.tool.authorized',
  'agent.permit.redeemed',
  'agent.tool.called',
  'agent.quota.committed',
];

/** The life of the call that Olga approved, from the ledger. */
export async function timeline({ narrator, olga }: Stage, callId: string): Promise<void> {
  narrator.scene('The timeline of the write that Olga approved');
  await olga.command('calls', 'timeline', callId);
  const { items } = await olga.client.toolCalls.timeline(callId);
  const types = items.map(({ type }) => type);
  narrator.promised('from the intent to the money: every step is an event', types.join() === EXPECTED.join());
}
