import { publicEvents } from '@countersign/contracts';
import { sealedEvent } from '@countersign/service';
import { expect, it } from 'vitest';
import { startAcme } from '../testing/running-approvals.ts';
import { approvalPublications } from './publish.ts';

it('publishes what the contract says, of every way that an approval can go', async () => {
  const running = await startAcme();
  const { upstream } = running;
  const granted = await upstream.asked(1);
  const denied = await upstream.asked(2, { reasoning: null });
  await upstream.asked(3, { ttlMs: 1_000 });
  await upstream.tool('move-file');
  await upstream.asked(4, { tool: 'move-file' });
  await running.settled();
  await running.decide(1, granted);
  await running.decide(2, denied, 'user:carol@acme', 'deny');
  await upstream.withdrawTool('move-file');
  running.clock.advance(1_000);
  await running.expire();

  const seen = new Set<string>();
  for (const call of [1, 2, 3, 4]) {
    const events = await running.events(call);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
    for (const message of events) {
      seen.add(message.type);
      const { data, erasable } = publicEvents[message.type as keyof typeof publicEvents];
      expect(data.safeParse(message.data).error).toBeUndefined();
      const opened = await running.sealer.open(sealedEvent(message));
      if (!('fields' in opened)) throw new Error('the fields can not be opened');
      expect(erasable.partial().safeParse(opened.fields).error).toBeUndefined();
    }
  }
  expect([...seen].sort()).toEqual(approvalPublications.map(({ type }) => type).sort());
});
