import { INTENT_TOPIC } from '@countersign/contracts';
import type { BusRecord, RecordConsumer, RecordFailure, RecordSource } from '@countersign/message-bus';
import { type IntentRecord, toBusRecord } from './signed-intent.ts';

/** One partition of the topic of intents: what a test writes is handed on; what becomes of it is told. */
export interface RecordFeed extends RecordSource {
  /** Writes records, and resolves when all are done with: `taken`, or the code of the dead letter. */
  write(...records: readonly IntentRecord[]): Promise<string[]>;
  /** The same, of records that the broker has had since then. */
  writtenAt(timeMs: number, ...records: readonly IntentRecord[]): Promise<string[]>;
  /** Hands a record on once more, as Kafka does after a crash. */
  again(offset: number): Promise<string>;
  readonly letters: { readonly record: BusRecord; readonly failure: RecordFailure }[];
}

/** A topic in memory; what became of each record can be waited for. */
export function createRecordFeed(now: () => number): RecordFeed {
  const log: BusRecord[] = [];
  const letters: RecordFeed['letters'] = [];
  let consumer: RecordConsumer | null = null;
  const waiting = new Map<BusRecord, (became: string) => void>();
  const done = (record: BusRecord, became: string) => {
    waiting.get(record)?.(became);
    waiting.delete(record);
  };
  const deliver = async (records: readonly BusRecord[]): Promise<string[]> => {
    const becomes = records.map((record) => new Promise<string>((resolve) => waiting.set(record, resolve)));
    await consumer?.(
      records,
      (record) => done(record, 'taken'),
      (record, failure) => {
        letters.push({ record, failure });
        done(record, failure.code);
      },
    );
    return Promise.all(becomes);
  };
  const writtenAt: RecordFeed['writtenAt'] = (timeMs, ...records) => {
    const written = records.map((record, index) => {
      const place = { topic: INTENT_TOPIC, partition: 0, offset: log.length + index, timeMs };
      return toBusRecord(record, place);
    });
    log.push(...written);
    return deliver(written);
  };
  return {
    letters,
    writtenAt,
    write: (...records) => writtenAt(now(), ...records),
    async again(offset) {
      const [became] = await deliver([{ ...log[offset]! }]);
      return became!;
    },
    consumeRecords(_options, given) {
      consumer = given;
      return {
        caughtUp: Promise.resolve(),
        ended: new Promise(() => {}),
        outstanding: () => waiting.size,
        close: async () => {
          consumer = null;
        },
      };
    },
  };
}
