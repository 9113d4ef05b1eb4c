import { createSecretKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { NewEvent } from '@countersign/event-store';
import { type EventStoreDbEventStore, openEventStoreDb } from '@countersign/event-store-eventstoredb';
import { gatewayPublications } from '@countersign/gateway';
import { createIds } from '@countersign/hosting';
import { type Consumption, createPublisher, type Message } from '@countersign/message-bus';
import { createKafkaBus, createKafkaPublisher } from '@countersign/message-bus-kafka';
import { meterServicePublications } from '@countersign/meter-service';
import { policyEnginePublications } from '@countersign/policy-engine';
import { fastify } from 'fastify';
import { type RecordedCall, STAGES, type Stage } from '../recorded-call.ts';

/**
 * One process of the bare loop: `--stage` is `gateway`, `policy` or `meter`. The messages of a verdict go round through the
 * same clients, and nothing is decided, sealed, followed or looked at. A stage publishes what it has appended itself,
 * without a relay. It writes a line when it is ready, the gateway its address.
 */
const { values } = parseArgs({
  options: {
    stage: { type: 'string', default: '' },
    brokers: { type: 'string', default: '' },
    store: { type: 'string', default: '' },
    call: { type: 'string', default: '' },
  },
});
const recorded = JSON.parse(readFileSync(values.call, 'utf8')) as RecordedCall;
const ledger = await openLedger(values.store);
const publisher = createPublisher(
  [gatewayPublications, policyEnginePublications, meterServicePublications].flat(),
);
const kafka = {
  brokers: values.brokers.split(','),
  clientId: `bare.${values.stage}`,
  // Records are proven as in a cluster; whose they are is nothing to keep here.
  proofKey: createSecretKey(Buffer.alloc(32, 1)),
};
const bus = createKafkaBus({ ...kafka, store: ledger, publisher });
const out = createKafkaPublisher(kafka);
const ids = createIds({ nowMs: Date.now });
const consumed: Consumption[] = [];

async function openLedger(url: string): Promise<EventStoreDbEventStore> {
  const opened = await openEventStoreDb({ url });
  if ('code' in opened) throw new Error(opened.detail);
  return opened;
}

/** Appends what the stage has of a call behind `version`; answers it as messages. */
async function append(stage: Stage, call: string, organization: string, version = 0): Promise<Message[]> {
  const stream = `${STAGES[stage]}-${call}`;
  const events = recorded[stage].map(
    (event): NewEvent => ({
      ...event,
      metadata: { ...event.metadata, id: ids.next(), organization, correlation: call },
    }),
  );
  const expected = version === 0 ? 'no-stream' : version;
  const appended = await ledger.append(stream, expected, events).durable;
  if ('code' in appended) throw new Error(`${stage} of ${call}: ${JSON.stringify(appended)}`);
  return events.flatMap((event, index) => {
    const place = { stream, version: version + index + 1, position: appended.position };
    return publisher.publish({ ...event, ...place }) ?? [];
  });
}

async function publish(messages: readonly Message[]): Promise<void> {
  const published = await out.publish(messages);
  if (published.kind !== 'acknowledged') throw new Error(published.detail);
}

/** Calls go through side by side; there are no more of them than the load has under way. */
function react(group: string, topic: string, type: string, reaction: (message: Message) => Promise<void>) {
  const consumption = bus.consume({ group, topics: [topic], types: [type] }, (messages, settle) => {
    for (const message of messages) void reaction(message).then(() => settle(message), fail);
  });
  consumed.push(consumption);
  void consumption.ended.then((error) => error && fail(error));
  return consumption.caughtUp;
}

/** Nothing goes wrong in a benchmark: what is left of this one has no meaning. */
function fail(cause: Error): void {
  process.stderr.write(`${cause.stack}\n`);
  process.exit(1);
}

/** The call is answered when its last stage has been appended. */
async function serveGateway(): Promise<string> {
  const waiting = new Map<string, () => void>();
  await react(
    'gateway.verdicts.v1',
    'agent.quota',
    'agent.quota.reserved',
    async ({ correlation = '', organization }) => {
      await append('authorize', correlation, organization, recorded.announce.length);
      waiting.get(correlation)?.();
      waiting.delete(correlation);
    },
  );
  app.post('/v1/tool-calls', async (request) => {
    // What the load client has for a key is the name of an organization.
    const organization = request.headers.authorization?.slice('Bearer '.length) ?? '';
    const id = ids.next();
    const answered = new Promise<void>((resolve) => waiting.set(id, resolve));
    await publish(await append('announce', id, organization));
    await answered;
    return { id, verdict: 'allow', request: request.body };
  });
  return app.listen({ host: '127.0.0.1', port: 0 });
}

async function servePolicy(): Promise<string> {
  await react(
    'policy-engine.v1',
    'agent.tool',
    'agent.tool.requested',
    async ({ correlation = '', organization }) =>
      publish(await append('evaluate', correlation, organization)),
  );
  return 'ready';
}

async function serveMeter(): Promise<string> {
  await react(
    'meter-service.v1',
    'agent.evaluation',
    'agent.tool.evaluated',
    async ({ correlation = '', organization }) => publish(await append('reserve', correlation, organization)),
  );
  return 'ready';
}

const app = fastify();
const serve = { gateway: serveGateway, policy: servePolicy, meter: serveMeter }[values.stage];
if (!serve) throw new Error('which stage?');
process.stdout.write(`${await serve()}\n`);

process.once('SIGTERM', async () => {
  await app.close();
  await Promise.all(consumed.map((consumption) => consumption.close()));
  await bus.close();
  await out.close();
  await ledger.close();
  process.exit();
});
