import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { NewEvent } from '@countersign/event-store';
import { isOpenError, openSqliteEventStore, type SqliteEventStore } from '@countersign/event-store-sqlite';
import { createIds } from '@countersign/hosting';
import { fastify } from 'fastify';
import { type RecordedCall, STAGES, type Stage } from './recorded-call.ts';

/**
 * A process that answers after the same appends as a verdict, made one after another on acceptance in the same ledger, are
 * durable; nothing is decided, sealed, followed or looked at. What a verdict may cost beyond it is what the product is for.
 * Prints its address when it listens.
 */
const { values } = parseArgs({
  options: {
    directory: { type: 'string', default: '' },
    call: { type: 'string', default: '' },
  },
});
const recorded = JSON.parse(readFileSync(values.call, 'utf8')) as RecordedCall;
const stages = Object.keys(STAGES) as Stage[];
const store = await openLedger(values.directory);
const ids = createIds({ nowMs: Date.now });

async function openLedger(directory: string): Promise<SqliteEventStore> {
  const opened = await openSqliteEventStore({ directory });
  if (isOpenError(opened)) throw new Error(opened.detail);
  return opened;
}

/** Answers when all stages of a call are durable. */
async function decide(call: string): Promise<void> {
  const versions: Partial<Record<string, number>> = {};
  let last = 0;
  for (const stage of stages) {
    const category = STAGES[stage];
    const version = versions[category] ?? 0;
    const events = recorded[stage].map(
      (event): NewEvent => ({ ...event, metadata: { ...event.metadata, id: ids.next(), correlation: call } }),
    );
    const appended = await store.append(`${category}-${call}`, version === 0 ? 'no-stream' : version, events)
      .accepted;
    if ('code' in appended) throw new Error(`${stage} of ${call}: ${JSON.stringify(appended)}`);
    versions[category] = appended.version;
    last = appended.position;
  }
  await store.whenDurable(last);
}

const app = fastify();
app.post('/v1/tool-calls', async (request) => {
  const id = ids.next();
  await decide(id);
  return { id, verdict: 'allow', request: request.body };
});
process.stdout.write(`${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
process.once('SIGTERM', async () => {
  await app.close();
  await store.close();
  process.exit();
});
