import type { KeyObject } from 'node:crypto';
import { withProof } from '@countersign/message-bus-kafka/testing';
import { type IHeaders, Kafka, logLevel } from 'kafkajs';

/** Records bear it that nobody's relay has written, so that the topics' judge passes them over. */
export const POISON_HEADER = 'poison';

/** A record that can not be understood, and the code of the dead letter that it has to become. */
export interface Poison {
  readonly topic: string;
  readonly code: string;
  readonly key: string;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
}

const NO_TEXT = Buffer.from([0xff, 0xfe, 0x00]);

/**
 * One of each kind on the topic of evaluations, which three services read, and on the one that agents write to. All but one are
 * proven, as if a process of the cluster had written them: nobody else's are looked into.
 */
export function poisonFor(organization: string, proofKey: KeyObject): readonly Poison[] {
  const good: IHeaders = {
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_id: '01900000-0000-7000-8000-000000000001',
    ce_source: '/countersign/policy-engine',
    ce_type: 'agent.tool.evaluated',
    ce_subject: 'evaluation-poison',
    ce_time: '2026-03-01T12:00:00.000Z',
    ce_dataschema: '/schemas/events/agent.tool.evaluated.v1.json',
    ce_organization: organization,
    ce_partitionkey: organization,
    ce_sequence: '1',
    ce_position: '1',
    [POISON_HEADER]: 'yes',
  };
  const json = Buffer.from('{}');
  const topic = 'agent.evaluation';
  const evaluation = (code: string, headers: IHeaders, value: Buffer | null = json, key = organization) => {
    const proven = withProof(proofKey, { topic, key, value, headers });
    return { topic, code, key, value, headers: proven.headers };
  };
  const { ce_type: _, ...untyped } = good;
  return [
    evaluation('malformed_record', good, NO_TEXT),
    evaluation('malformed_record', good, Buffer.from('{"verdict":')),
    evaluation('malformed_record', good, null),
    evaluation('malformed_record', { [POISON_HEADER]: 'yes' }),
    evaluation('malformed_record', untyped),
    evaluation('malformed_record', { ...good, ce_sequence: 'first' }),
    evaluation('malformed_record', { ...good, ce_subject: NO_TEXT }),
    evaluation('invalid_event', good),
    evaluation('unknown_version', {
      ...good,
      ce_dataschema: '/schemas/events/agent.tool.evaluated.v99.json',
    }),
    evaluation('wrong_key', good, json, `not-${organization}`),
    { topic, code: 'unproven', key: organization, value: json, headers: good },
    {
      topic: 'agent.intents',
      code: 'malformed_record',
      key: 'helper',
      value: NO_TEXT,
      headers: { ce_type: 'agent.intent.announced' },
    },
  ];
}

/** Writes them in order. */
export async function writePoison(brokers: string, poison: readonly Poison[]): Promise<void> {
  const kafka = new Kafka({
    clientId: 'poisoner',
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
  });
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  try {
    for (const { topic, key, value, headers } of poison)
      await producer.send({
        topic,
        messages: [{ key, value, headers }],
      });
  } finally {
    await producer.disconnect();
  }
}
