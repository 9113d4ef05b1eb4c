import { createTopics, testTopics } from '@countersign/infra-kafka';
import { collect, consumeAll } from '@countersign/message-bus/conformance';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { encodeMessage } from '../cloud-event/encode.ts';
import { collectedLog } from '../testing/collected-log.ts';
import { eventually } from '../testing/eventually.ts';
import { sampleMessage, sampleMessages } from '../testing/sample-message.ts';
import { openStage, type Stage } from '../testing/stage.ts';

const brokers = inject('kafkaBrokers');

describe('what can not be handled', () => {
  let stage: Stage;
  let topic: string;
  beforeEach(async () => {
    stage = await openStage(brokers, { partitions: 1 });
    [topic] = stage.topics;
  });
  afterEach(() => stage.close());

  it.each([TypeError, SyntaxError, RangeError, ReferenceError])(
    'K1: a consumer that throws a %o ends its group in this process, aloud',
    async (Unrecoverable) => {
      await stage.publish(sampleMessages(topic, 1));
      let calls = 0;
      const consumption = stage.bus().consume({ group: `k1-${topic}`, topics: [topic] }, () => {
        calls += 1;
        throw new Unrecoverable('poisoned');
      });
      expect(await consumption.ended).toMatchObject({ name: Unrecoverable.name, message: 'poisoned' });
      expect(calls).toBe(1);
      expect(await stage.committed(`k1-${topic}`)).toEqual([-1]);
    },
  );

  it('K1: a client that crashes for good ends the consumption with the cause, to stop the process', async () => {
    const group = `k1-crash-${topic}`;
    const other = stage.kafka.consumer({ groupId: group, maxWaitTimeInMs: 50 });
    await other.connect();
    await other.subscribe({ topics: [topic], fromBeginning: true });
    const joined = Promise.withResolvers<void>();
    other.on(other.events.GROUP_JOIN, () => joined.resolve());
    await other.run({ eachMessage: async () => {} });
    await joined.promise;
    const consumption = consumeAll(stage.bus(), group, collect(), [topic]);
    expect(await consumption.ended).toBeInstanceOf(Error);
    await expect(consumption.caughtUp).rejects.toThrow();
    await other.disconnect();
  });

  it('K2: what is undecodable is a dead letter at once, with the original bytes, and nothing comes again', async () => {
    const { lines, log } = collectedLog();
    await stage.publish([sampleMessage(topic, 1)]);
    const headers = { ...encodeMessage(topic, sampleMessage(topic, 2)).headers, note: 'kept' };
    await stage.writeProven({ key: 'acme', value: '{"n": 2', headers });
    await stage.writeProven({ key: null, value: null });
    await stage.publish([sampleMessage(topic, 3)]);
    const seen = collect();
    const consumption = consumeAll(stage.bus({ log }), `k2-${topic}`, seen, [topic]);
    await consumption.caughtUp;
    expect(seen.numbers()).toEqual([1, 3]);
    await consumption.close();
    expect(await stage.committed(`k2-${topic}`)).toEqual([4]);
    expect(lines.error).toEqual([]);

    const [broken, empty] = await stage.read(`${topic}.dlq`);
    expect(broken!.key?.toString()).toBe('acme');
    expect(broken!.value?.toString()).toBe('{"n": 2');
    const said = Object.fromEntries(
      Object.entries(broken!.headers!).map(([name, value]) => [name, String(value)]),
    );
    expect(said).toMatchObject({
      note: 'kept',
      ce_subject: 'sample-acme',
      dlq_topic: topic,
      dlq_partition: '0',
      dlq_offset: '1',
      dlq_error_code: 'malformed_record',
      dlq_attempts: '1',
      dlq_consumer: `k2-${topic}@stage`,
      dlq_first_attempt: expect.stringMatching(/^\d{4}-.*Z$/),
      dlq_last_attempt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect([empty!.key, empty!.value]).toEqual([null, null]);
  });

  it('does not commit a record whose dead letter can not be written, and writes it when it can', async () => {
    const group = `no-dlq-${topic}`;
    const without = await openStage(brokers, { partitions: 1, deadLetters: false });
    const [alone] = without.topics;
    await without.write({ key: 'acme', value: 'not a CloudEvent' });
    await without.publish([sampleMessage(alone, 2)]);
    const timing = { sendTimeoutMs: 100, commitEveryMs: 20 };
    const seen = collect();
    const bus = without.bus({ timing });
    const first = consumeAll(bus, group, seen, [alone]);
    await seen.until((messages) => messages.length === 1);
    await eventually(() => bus.problems().some((problem) => problem.includes('dead letters')));
    await first.close();
    expect(await without.committed(group)).toEqual([-1]);

    await createTopics(brokers, testTopics([alone], 1));
    const again = collect();
    const second = consumeAll(without.bus(), group, again, [alone]);
    await second.caughtUp;
    await second.close();
    expect(again.numbers()).toEqual([2]);
    expect(await without.committed(group)).toEqual([2]);
    const [letter] = await without.read(`${alone}.dlq`);
    expect(letter!.value?.toString()).toBe('not a CloudEvent');
    await without.close();
  });
});
