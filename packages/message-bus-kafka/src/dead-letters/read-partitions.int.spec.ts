import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { createSender } from '../sending/sender.ts';
import { openStage, type Stage } from '../testing/stage.ts';
import { readPartitions } from './read-partitions.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage(inject('kafkaBrokers'));
  const sender = createSender(stage.kafka, { timeoutMs: 10_000 });
  const [one, two] = stage.topics;
  const places = [one, two].flatMap((topic) => [0, 1, 2].map((partition) => ({ topic, partition })));
  await sender.send(
    places.flatMap((place) =>
      Array.from({ length: 50 }, (_, n) => ({ ...place, key: 'k', value: `${n}`, headers: {} })),
    ),
  );
  await sender.close();
});
afterEach(() => stage.close());

it('reads partitions from where they are wanted, no further than that, and no others', async () => {
  const [one, two] = stage.topics;
  const visited: string[] = [];
  await readPartitions(stage.kafka, {
    topics: [one, two],
    from: ({ topic, partition }) => (partition === 1 ? null : topic === one ? 48 : 10),
    visit({ topic, partition, message }) {
      visited.push(`${topic === one ? 'one' : 'two'}/${partition}/${message.offset}`);
      return Number(message.offset) !== 11;
    },
  });
  const expected = [
    'one/0/48',
    'one/0/49',
    'one/2/48',
    'one/2/49',
    'two/0/10',
    'two/0/11',
    'two/2/10',
    'two/2/11',
  ];
  expect(visited.sort()).toEqual(expected);
});

it('reads nothing where nothing stands behind', async () => {
  await readPartitions(stage.kafka, {
    topics: [stage.topics[0]],
    from: () => 50,
    visit() {
      throw new Error('a record');
    },
  });
});
