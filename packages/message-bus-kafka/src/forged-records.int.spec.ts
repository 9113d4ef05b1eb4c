import { createSecretKey } from 'node:crypto';
import { collect } from '@countersign/message-bus/conformance';
import type { IHeaders } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { encodeMessage } from './cloud-event/encode.ts';
import { withProof } from './cloud-event/proof.ts';
import { createKafkaDeadLetters } from './dead-letters/dead-letters.ts';
import { createKafkaPublisher } from './kafka-publisher.ts';
import { eventually } from './testing/eventually.ts';
import { PROOF_KEY } from './testing/proof-key.ts';
import { sampleMessage } from './testing/sample-message.ts';
import { openStage, type Stage } from './testing/stage.ts';

const brokers = inject('kafkaBrokers');

describe('records that no process of the cluster has written', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage(brokers, { partitions: 1 });
  });
  afterEach(() => stage.close());

  const write = (n: number, headers: IHeaders = {}) => {
    const { value, headers: own } = encodeMessage(stage.topics[0], sampleMessage(stage.topics[0], n));
    return stage.write({ key: 'acme', value: value as string, headers: { ...own, ...headers } });
  };

  it('are no messages whatever they say, move nothing, and are dead letters', async () => {
    const [topic, other] = stage.topics;
    await stage.publish([sampleMessage(topic, 1)]);
    await write(2);
    // Of a type that the group passes over: its position is believed as little.
    await write(900, { ce_type: 'sample.closed' });
    const elsewhere = { ...encodeMessage(other, sampleMessage(other, 3)), topic: other };
    const { headers } = withProof(PROOF_KEY, elsewhere);
    await stage.write({ key: 'acme', value: elsewhere.value as string, headers });
    const stranger = createKafkaPublisher({
      brokers: brokers.split(','),
      clientId: 'stranger',
      proofKey: createSecretKey(Buffer.alloc(32, 2)),
    });
    await stranger.publish([sampleMessage(topic, 4)]);
    await stranger.close();
    await stage.publish([sampleMessage(topic, 5)]);

    const seen = collect();
    const wanted = { group: `forged-${topic}`, topics: [topic], types: ['sample.opened'] };
    const consumption = stage.bus().consume(wanted, (messages, settle) => {
      seen.add(messages);
      for (const message of messages) settle(message);
    });
    await consumption.caughtUp;
    expect(seen.numbers()).toEqual([1, 5]);
    expect(consumption.position()).toBe(5);
    await consumption.close();
    const letters = await stage.read(`${topic}.dlq`);
    expect(letters.map(({ headers: said }) => String(said!.dlq_error_code))).toEqual(
      Array(4).fill('unproven'),
    );
  });

  it('differ from a proven one that is replayed: it stays proven, byte by byte', async () => {
    const [topic] = stage.topics;
    const { headers } = encodeMessage(topic, sampleMessage(topic, 1));
    await stage.writeProven({ key: 'acme', value: 'no JSON', headers });
    const options = { brokers: brokers.split(','), clientId: 'reader', topics: [topic] };
    const letters = createKafkaDeadLetters(options);
    const consumption = stage.bus().consume({ group: `replayed-${topic}`, topics: [topic] }, () => {});
    const list = async () => (await letters.list({ limit: 100 }))!.letters;
    const codes = async () => (await list()).map(({ causes: [cause] }) => cause!.code);
    await eventually(async () => (await codes()).length === 1);
    const [letter] = await list();
    expect(await letters.replay(letter!.id)).toBe(1);
    await eventually(async () => (await list()).some(({ id }) => id !== letter!.id));
    expect(await codes()).toEqual(['malformed_record']);
    await consumption.close();
    await letters.close();
  });
});
