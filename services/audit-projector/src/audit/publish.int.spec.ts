import { publicEvents } from '@countersign/contracts';
import { readAll } from '@countersign/event-store';
import { expect, it } from 'vitest';
import { startAudit } from '../testing/running-audit.ts';

it('publishes what the contract says, of readings and refusals, on no topic', async () => {
  const running = startAudit();
  await running.get('/v1/events?limit=1&types=agent.tool.evaluated&after=0');
  await running.get('/v1/events', 'user:vic@acme');
  await running.get('/v1/events?after=x');
  await running.get('/v1/no-such-route', 'nobody');
  await running.projector.close();
  const seen = new Set<string>();
  for await (const { events } of readAll(running.store)) {
    for (const event of events) {
      const message = running.publisher.publish(event);
      if (!message) throw new Error(`nobody publishes ${event.type}`);
      seen.add(message.type);
      expect(message.topic).toBeNull();
      const { data } = publicEvents[message.type as 'audit.read' | 'audit.refusals'];
      expect(data.safeParse(message.data).error).toBeUndefined();
    }
  }
  expect([...seen].sort()).toEqual(['audit.read', 'audit.refusals']);
});
