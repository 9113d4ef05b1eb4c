import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import { createPublisher, type Message } from '@countersign/message-bus';
import { createAppendSample, SAMPLE_PUBLICATIONS } from '@countersign/message-bus/conformance';
import { createProgress, DONE, startReactor } from '@countersign/processing';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { eventually } from './testing/eventually.ts';
import { openStage, type Stage } from './testing/stage.ts';

const brokers = inject('kafkaBrokers');

let stage: Stage;
beforeEach(async () => {
  stage = await openStage(brokers, { partitions: 1 });
});
afterEach(() => stage.close());

it('a record that stands behind the end of the ledger is a dead letter, and holds up nothing', async () => {
  const [topic] = stage.topics;
  const store = createMemoryEventStore();
  const publisher = createPublisher(SAMPLE_PUBLICATIONS.map((one) => ({ ...one, topic })));
  const append = createAppendSample();
  const state = createProgress(0);
  const following = store.subscribe({ after: 0 }, ({ position }) => state.advance(position));
  const group = `ahead-${topic}`;
  const handled: string[] = [];
  const reactor = await startReactor({
    group,
    bus: stage.bus({ store, publisher }),
    topics: [topic],
    types: ['sample.opened'],
    parking: createMemoryCheckpoints(),
    subject: (message) => message.subject,
    behind: state.reached,
    now: Date.now,
    handle(message: Message) {
      handled.push(`${message.subject} ${message.sequence}`);
      return DONE;
    },
  });
  const add = async (n: number): Promise<Message> =>
    publisher.publish(await append(store, { type: 'sample.opened', organization: 'acme', id: 'a', n }))!;
  const first = await add(1);
  await stage.publish([{ ...first, position: Number.MAX_SAFE_INTEGER }, first, await add(2)]);
  await eventually(async () => (await stage.committed(group))[0] === 3);
  expect(handled).toEqual(['sample-a 1', 'sample-a 2']);
  const letters = await stage.read(`${topic}.dlq`);
  expect(letters.map(({ headers }) => String(headers!.dlq_error_code))).toEqual(['not_in_ledger']);
  await reactor.close();
  await following.close();
});
