import { readFile } from 'node:fs/promises';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { Kafka, logLevel } from 'kafkajs';

/**
 * A downstream team on Kafka: every safety event, with a Kafka client and the JSON Schemas under `schemas/`, and nothing else
 * of Countersign. Other languages do the same with theirs.
 *
 * Usage: KAFKA_BROKERS=127.0.0.1:9092 node safety-consumer.ts [group]
 */
const [groupId = 'safety-team'] = process.argv.slice(2);
const brokers = process.env.KAFKA_BROKERS;
if (!brokers) {
  process.stderr.write('usage: KAFKA_BROKERS=<host:port,…> node safety-consumer.ts [group]\n');
  process.exit(2);
}

const schemas = new URL('../../schemas/', import.meta.url);
const ajv = new Ajv2020({ allowUnionTypes: true, formats: { 'date-time': true } });

/** The check of an event's data by the schema that its `dataschema` names; `null` for one that is not known here. */
async function checkOf(dataschema: string): Promise<ValidateFunction | null> {
  if (!/^\/schemas\/events\/[a-z_.]+\.v[0-9]+\.json$/.test(dataschema)) return null;
  const known = ajv.getSchema(dataschema);
  if (known) return known;
  const file = new URL(dataschema.slice('/schemas/'.length), schemas);
  const text = await readFile(file, 'utf8').catch(() => null);
  return text === null ? null : ajv.compile(JSON.parse(text));
}

interface Blocked {
  readonly blocked_action: string;
  readonly user: string;
  readonly reason: string;
  readonly context: { readonly agent_id: string; readonly rules: readonly string[] };
}

/** Whatever a team does with a safety event: page somebody, open an incident, feed a dashboard. */
function deal(type: string, time: string, subject: string, data: object): void {
  if (type !== 'agent.safety.blocked') return void process.stdout.write(`${time} ${type} ${subject}\n`);
  const { blocked_action, user, reason, context } = data as Blocked;
  const rules = context.rules.length > 0 ? ` (${context.rules.join(', ')})` : '';
  process.stdout.write(
    `${time} ${type} ${context.agent_id}: ${blocked_action} for ${user}: ${reason}${rules}\n`,
  );
}

const kafka = new Kafka({ clientId: 'safety-team', brokers: brokers.split(','), logLevel: logLevel.NOTHING });
const consumer = kafka.consumer({ groupId });
await consumer.connect();
await consumer.subscribe({ topics: ['agent.safety'], fromBeginning: true });
await consumer.run({
  // The offset is committed after the event is dealt with: at least once, and in order for each organization.
  async eachMessage({ partition, message: { offset, value, headers = {} } }) {
    const header = (name: string) => String(headers[name] ?? '');
    const type = header('ce_type');
    const check = await checkOf(header('ce_dataschema'));
    // A newer version, or a type that came later: the rest goes on.
    if (!check) return void process.stderr.write(`${partition}/${offset}: no schema here for its type\n`);
    const data = parse(value);
    if (check(data)) return deal(type, header('ce_time'), header('ce_subject'), data as object);
    process.stderr.write(
      `${partition}/${offset}: ${type} is not as its schema says: ${ajv.errorsText(check.errors)}\n`,
    );
  },
});

function parse(value: Buffer | null): unknown {
  try {
    return JSON.parse(String(value));
  } catch {
    return undefined;
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void consumer.disconnect());
