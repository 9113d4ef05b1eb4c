import type { Published } from '@countersign/message-bus';
import { type Kafka, Partitioners, type Producer } from 'kafkajs';
import { type OutgoingRecord, sizeOf } from './outgoing-record.ts';

/** Writes records in the order in which they are given, per partition. */
export interface Sender {
  /** Never rejects: acknowledged by all replicas in sync, or unknown. What can not be written at all fails nothing else. */
  send(records: readonly OutgoingRecord[]): Promise<Published>;
  /** Why nothing can be written now, as far as is known; `null` if the last request was acknowledged. */
  problem(): string | null;
  /** Waits for what is under way, within the time that a send has. */
  close(): Promise<void>;
}

interface Call {
  left: number;
  settle(result: Published): void;
}

interface Queued {
  readonly record: OutgoingRecord;
  readonly size: number;
  readonly call: Call;
}

/** A partition's part of a request is one batch, which has to be below the topic's largest message (2 MiB). */
const MAX_REQUEST_BYTES = 512 * 1024;
const ALL_IN_SYNC = -1;
const ACKNOWLEDGED: Published = { kind: 'acknowledged' };

/**
 * One request at a time for all topics and partitions; what is given meanwhile is collected for the next (K13). Without
 * transactions; the session's sequence numbers keep the client's own retries from writing twice.
 */
export function createSender(kafka: Kafka, options: { readonly timeoutMs: number }): Sender {
  const { timeoutMs } = options;
  let queue: Queued[] = [];
  let sending: Promise<void> | null = null;
  let session: Promise<Session> | null = null;
  let problem: string | null = null;

  /** A failed session is not gone on with: what it numbered is uncertain. */
  const forget = async () => {
    const failed = session;
    session = null;
    await (await failed?.catch(() => null))?.producer.disconnect().catch(() => {});
  };
  const request = async (batch: readonly Queued[]): Promise<void> => {
    const topicMessages = Array.from(
      Map.groupBy(batch, ({ record }) => record.topic),
      ([topic, queued]) => ({
        topic,
        messages: queued.map(({ record: { topic: _, ...message } }) => message),
      }),
    );
    session ??= connect(kafka);
    const { producer, chosen } = await session;
    chosen.clear();
    const written = await producer.sendBatch({ acks: ALL_IN_SYNC, timeout: timeoutMs, topicMessages });
    // A partition whose leader moved to a broker that had answered already is left out of the client's second attempt.
    for (const { topicName, partition } of written) chosen.delete(`${topicName}/${partition}`);
    if (chosen.size > 0) throw new Error(`not written to ${[...chosen].join(', ')}`);
  };

  const drain = async (): Promise<void> => {
    while (queue.length > 0) {
      const batch = takeRequest(queue);
      try {
        await request(batch);
        problem = null;
        for (const { call } of batch) {
          call.left -= 1;
          if (call.left === 0) call.settle(ACKNOWLEDGED);
        }
      } catch (cause) {
        problem = (cause as Error).message;
        // Nothing that was given later may be written before what failed is given again.
        const failed = [...batch, ...queue];
        queue = [];
        await forget();
        for (const { call } of failed) call.settle({ kind: 'unknown', detail: problem });
      }
    }
    // In the turn that found the queue empty: whoever comes next begins anew.
    sending = null;
  };

  return {
    problem: () => problem,
    send(records) {
      if (records.length === 0) return Promise.resolve(ACKNOWLEDGED);
      let sized: readonly Omit<Queued, 'call'>[];
      try {
        sized = records.map((record) => ({ record, size: sizeOf(record) }));
      } catch (cause) {
        problem = (cause as Error).message;
        return Promise.resolve({ kind: 'unknown', detail: problem });
      }
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          problem = `no answer within ${timeoutMs} ms`;
          queue = queue.filter((queued) => queued.call !== call);
          call.settle({ kind: 'unknown', detail: problem });
        }, timeoutMs);
        const call: Call = {
          left: records.length,
          settle(result) {
            clearTimeout(timer);
            resolve(result);
          },
        };
        for (const one of sized) queue.push({ ...one, call });
        // In the next turn, so that what is given in this one shares a request.
        sending ??= Promise.resolve().then(drain);
      });
    },
    async close() {
      let late: NodeJS.Timeout | undefined;
      const bound = new Promise((resolve) => {
        late = setTimeout(resolve, timeoutMs);
      });
      await Promise.race([sending, bound]);
      clearTimeout(late);
      await forget();
    },
  };
}

interface Session {
  readonly producer: Producer;
  /** The partitions that the records of the request go to. */
  readonly chosen: Set<string>;
}

async function connect(kafka: Kafka): Promise<Session> {
  const chosen = new Set<string>();
  const producer = kafka.producer({
    idempotent: true,
    allowAutoTopicCreation: false,
    createPartitioner: () => {
      const choose = Partitioners.DefaultPartitioner();
      return (record) => {
        const partition = choose(record);
        chosen.add(`${record.topic}/${partition}`);
        return partition;
      };
    },
  });
  await producer.connect();
  return { producer, chosen };
}

/** As many of the first records as fit into one request, at least one; they are no longer in the queue. */
function takeRequest(queue: Queued[]): Queued[] {
  let size = 0;
  let count = 0;
  for (const queued of queue) {
    size += queued.size;
    if (count > 0 && size > MAX_REQUEST_BYTES) break;
    count += 1;
  }
  return queue.splice(0, count);
}
