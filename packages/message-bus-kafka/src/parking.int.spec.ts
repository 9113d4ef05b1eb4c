import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import { createPublisher, type Message } from '@countersign/message-bus';
import { createAppendSample, SAMPLE_PUBLICATIONS } from '@countersign/message-bus/conformance';
import { DONE, startReactor } from '@countersign/processing';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { encodeMessage } from './cloud-event/encode.ts';
import { eventually } from './testing/eventually.ts';
import { openStage, type Stage } from './testing/stage.ts';

const brokers = inject('kafkaBrokers');

describe('parking on Kafka', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage(brokers);
  });
  afterEach(() => stage.close());

  it('parks a subject, keeps its records as dead letters, lets others go on, and releases in order', async () => {
    const [topic] = stage.topics;
    const store = createMemoryEventStore();
    const parking = createMemoryCheckpoints();
    const publisher = createPublisher(SAMPLE_PUBLICATIONS.map((one) => ({ ...one, topic })));
    const append = createAppendSample();
    const add = async (id: string, n: number): Promise<Message> => {
      const event = await append(store, { type: 'sample.opened', organization: 'acme', id, n });
      const message = publisher.publish(event)!;
      await stage.publish([message]);
      return message;
    };
    const group = `parking-${topic}`;
    const handled: string[] = [];
    let poisoned = true;
    const start = () =>
      startReactor({
        group,
        bus: stage.bus({ store, publisher }),
        topics: [topic],
        types: ['sample.opened'],
        parking,
        subject: (message) => message.subject,
        now: Date.now,
        handle({ subject, sequence }) {
          if (poisoned && subject === 'sample-a' && sequence === 1) throw new Error('poisoned');
          handled.push(`${subject} ${sequence}`);
          return DONE;
        },
      });

    const reactor = await start();
    const first = await add('a', 1);
    for (const [id, n] of [
      ['b', 2],
      ['a', 3],
      ['b', 4],
    ] as const)
      await add(id, n);
    await eventually(() => reactor.parkedCount() === 2 && handled.length === 2);
    expect(handled).toEqual(['sample-b 1', 'sample-b 2']);
    await eventually(async () => (await stage.committed(group)).some((offset) => offset === 4));

    const letters = await stage.read(`${topic}.dlq`);
    expect(letters.map(({ headers }) => String(headers!.dlq_error_code))).toEqual([
      'handler_failed',
      'waits_behind',
    ]);
    const original = encodeMessage(topic, first);
    expect(letters[0]).toMatchObject({
      key: Buffer.from(original.key as string),
      value: Buffer.from(original.value as string),
      headers: { ce_id: Buffer.from(first.id), dlq_error: Buffer.from('poisoned') },
    });

    poisoned = false;
    expect(await reactor.retry('sample-a')).toEqual({ released: 2, remaining: 0 });
    await add('a', 5);
    await eventually(() => handled.length === 5);
    expect(handled.slice(2)).toEqual(['sample-a 1', 'sample-a 2', 'sample-a 3']);
    await reactor.close();

    const again = await start();
    await add('b', 6);
    await eventually(() => handled.length === 6);
    expect(handled.at(-1)).toBe('sample-b 3');
    await again.close();
  });
});
