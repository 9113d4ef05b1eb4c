import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createTopics, topicDefinitions } from '@countersign/infra-kafka';
import type { Message } from '@countersign/message-bus';
import { createKafkaPublisher } from '@countersign/message-bus-kafka';
import { PROOF_KEY } from '@countersign/message-bus-kafka/testing';
import { Kafka, logLevel } from 'kafkajs';
import { expect, inject, it } from 'vitest';
import { runExample, startExample } from '../run-example.ts';

const brokers = inject('kafkaBrokers');

/** An event as it was once published, as the relay hands it on. */
function fixture(name: string, change: Partial<Message> = {}): Message {
  const file = new URL(`../../schemas/fixtures/public/${name}.json`, import.meta.url);
  const event = JSON.parse(readFileSync(file, 'utf8'));
  const { id, type, subject, sequence, time, organization, data, sealed } = event;
  const service = event.source.slice('/countersign/'.length);
  const position = Number(event.position);
  const message = {
    id,
    type,
    topic: 'agent.safety',
    service,
    subject,
    sequence,
    position,
    time,
    organization,
    data,
  };
  return { ...message, ...(sealed ? { sealed } : {}), ...change };
}

/** The first lines of its own; the Kafka client warns of a timer beside them. */
async function linesUntil(consumer: ChildProcess, output: 'stdout' | 'stderr', count: number) {
  const lines: string[] = [];
  for await (const line of createInterface({ input: consumer[output]! })) {
    if (!/^\d{4}-|^\d+\/\d+: /.test(line)) continue;
    lines.push(line);
    if (lines.length === count) break;
  }
  return lines;
}

it('prints what was refused, from a topic and schemas alone, and goes on where it was', async () => {
  await createTopics(brokers, topicDefinitions());
  const publisher = createKafkaPublisher({
    brokers: brokers.split(','),
    clientId: 'relay',
    proofKey: PROOF_KEY,
  });
  const producer = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  const organization = `team-${randomUUID().slice(0, 8)}`;
  const published = (...messages: readonly Message[]) =>
    publisher.publish(messages.map((message) => ({ ...message, organization })));
  const group = `safety-${organization}`;
  const start = () => startExample('consumers/safety-consumer.ts', [group], { KAFKA_BROKERS: brokers });

  await published(fixture('agent.safety.blocked.v1.denied'), fixture('killswitch.engaged.v1.sealed'));
  const dataschema = '/schemas/events/agent.safety.blocked.v1.json';
  const records = [
    { ce_type: 'agent.safety.blocked', ce_dataschema: dataschema },
    { ce_type: 'agent.safety.invented', ce_dataschema: '/schemas/events/agent.safety.invented.v1.json' },
    { ce_type: 'agent.safety.blocked', ce_dataschema: '/schemas/events/../../package.json' },
  ];
  await producer.send({
    topic: 'agent.safety',
    messages: records.map((headers) => ({ key: organization, value: '{"reason":"\u001b[2J"}', headers })),
  });
  await published(fixture('agent.safety.blocked.v1.killed'));

  const consumer = start();
  const [lines, complaints] = await Promise.all([
    linesUntil(consumer, 'stdout', 3),
    linesUntil(consumer, 'stderr', 3),
  ]);
  expect(lines).toEqual([
    expect.stringMatching(/^\S+Z agent\.safety\.blocked \S+: \S+ for \S+: denied/),
    expect.stringMatching(/^\S+Z killswitch\.engaged killswitch-/),
    expect.stringMatching(/^\S+Z agent\.safety\.blocked .*: killed$/),
  ]);
  expect(complaints).toEqual([
    expect.stringContaining('is not as its schema says'),
    expect.stringContaining('no schema here'),
    expect.stringContaining('no schema here'),
  ]);
  const closed = once(consumer, 'close');
  consumer.kill('SIGTERM');
  expect(await closed).toEqual([0, null]);

  await published(fixture('killswitch.effective.v1.typical'));
  const again = start();
  expect(await linesUntil(again, 'stdout', 1)).toEqual([expect.stringContaining('killswitch.effective')]);
  const ended = once(again, 'close');
  again.kill('SIGTERM');
  await ended;
  await Promise.all([publisher.close(), producer.disconnect()]);
});

it('says how it is called', async () => {
  const wrong = await runExample('consumers/safety-consumer.ts', [], { KAFKA_BROKERS: '' });
  expect(wrong).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('usage:') });
});
