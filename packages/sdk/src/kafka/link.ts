import { pause } from '../http/pause.ts';
import type { JsonValue } from '../json/json-value.ts';
import { isCountersignError } from '../problem.ts';
import { uuidV7 } from '../uuid-v7.ts';
import type { CallEvent } from './call-facts.ts';
import { type KafkaProducer, loadKafkajs } from './kafkajs.ts';
import type { CheckedKafkaOptions } from './options.ts';
import { createSign } from './signing.ts';
import { type Subscription, subscribe } from './subscription.ts';

/** An intent that is to be written. */
export interface Intent {
  readonly id: string;
  readonly type: 'agent.intent.announced' | 'agent.permit.redeem' | 'agent.tool.reported';
  readonly data: JsonValue;
}

/** The connection of one client: made when it is first needed. */
export interface Link {
  /** Writes a signed intent. Rejects where it is not known to be written. */
  write(intent: Intent): Promise<void>;
  /** Why no event comes any more; `null` while something may. */
  problem(): string | null;
  close(): Promise<void>;
}

const TOPIC = 'agent.intents';
const NO_LOGS = 0;
const ALL_IN_SYNC = -1;
const RETRY_MS = 250;

interface Connected {
  readonly producer: KafkaProducer;
  readonly subscription: Subscription;
}

/** A link that connects at the first write, and hands every event of the organization to `hear`. */
export function createLink(options: CheckedKafkaOptions, hear: (event: CallEvent) => void): Link {
  const { brokers, agentId, organization, ssl, sasl, answerTimeoutMs } = options;
  const sign = createSign(options.privateKey);
  const source = `/agents/${agentId}`;
  let connecting: Promise<Connected> | undefined;
  let connected: Connected | undefined;
  let closed = false;

  const connect = async (): Promise<Connected> => {
    const kafkajs = await loadKafkajs();
    const connection = new kafkajs.Kafka({
      clientId: `agent-${agentId}`,
      brokers: [...brokers],
      logLevel: NO_LOGS,
      ...(ssl === undefined ? {} : { ssl }),
      ...(sasl === undefined ? {} : { sasl }),
    });
    const producer = connection.producer({ idempotent: true, allowAutoTopicCreation: false });
    try {
      await producer.connect();
      const groupId = `agent-${organization}-${agentId}-${uuidV7()}`;
      const subscription = await subscribe(kafkajs, connection, { organization, groupId }, hear);
      return { producer, subscription };
    } catch (cause) {
      await producer.disconnect().catch(() => {});
      throw cause;
    }
  };
  /** Brokers that start, or hand partitions over, refuse for a while: until the time is over it is tried again. */
  const open = async (until: number): Promise<Connected> => {
    for (;;) {
      const attempt = connecting ?? connect();
      connecting = attempt;
      try {
        connected = await attempt;
        return connected;
      } catch (cause) {
        if (connecting === attempt) connecting = undefined;
        if (isCountersignError(cause) || closed || performance.now() > until) throw cause;
        await pause(RETRY_MS);
      }
    }
  };

  return {
    problem: () => (closed ? 'the client is closed' : (connected?.subscription.problem() ?? null)),
    async write({ id, type, data }) {
      if (closed) throw new Error('the client is closed');
      const time = new Date().toISOString();
      const { value, signature } = await sign({ id, source, type, time }, data);
      const headers = {
        'content-type': 'application/json',
        ce_specversion: '1.0',
        ce_id: id,
        ce_source: source,
        ce_type: type,
        ce_time: time,
        ce_organization: organization,
        ce_signature: signature,
      };
      const until = performance.now() + answerTimeoutMs;
      // The client may wait for a broker for ever.
      await within(answerTimeoutMs, async () => {
        const { producer } = await open(until);
        const messages = [{ key: agentId, value, headers }];
        await producer.send({ topic: TOPIC, acks: ALL_IN_SYNC, messages });
      });
    },
    async close() {
      closed = true;
      const made = await connecting?.catch(() => undefined);
      await Promise.all([made?.producer.disconnect(), made?.subscription.close()]);
    },
  };
}

function within(ms: number, work: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Kafka did not answer within ${ms} ms`)), ms);
    work()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
