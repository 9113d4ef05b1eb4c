import { isStoreError } from '@countersign/event-store';
import { isOpenError } from '../../open-error.ts';
import { openSqliteEventStore } from '../../sqlite-event-store.ts';

/**
 * Appends until it is killed or the store fails, several streams at a time, and writes a line per fact:
 * `accepted <n>` and `durable <n>` of the n-th append, `failed <message>`, `refused <code> <reason>`.
 * Each append holds three events whose data is its number, so that a reader knows the accepted order.
 */
const [directory, seed = '1'] = process.argv.slice(2);
const store = await openSqliteEventStore({ directory: directory!, walBytes: 256 * 1024 });
if (isOpenError(store)) throw new Error(store.detail);
void store.failed.then((error) => console.log(`failed ${error.message}`));

let appended = 0;
const write = async (writer: number) => {
  // Time-ordered names, as all are: what is called first is accepted first.
  const stream = `writer-${seed.padStart(6, '0')}.${writer}`;
  for (let version = 0; ; version += 3) {
    appended += 1;
    const number = appended;
    const receipt = store.append(
      stream,
      version,
      [0, 1, 2].map((part) => ({
        type: 'counted',
        data: { number, part, filling: 'x'.repeat(200) },
        metadata: {
          id: `${stream}/${version + part}`,
          time: '2026-03-01T12:00:00.000Z',
          organization: 'acme',
        },
      })),
    );
    store.save('counter.v1', store.acceptedPosition);
    const result = await receipt.durable;
    if (isStoreError(result)) {
      console.log(`refused ${number} ${result.code} ${'reason' in result ? result.reason : ''}`);
      if (result.code === 'StoreUnavailable') return;
    } else {
      console.log(`durable ${number}`);
    }
  }
};
await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(write));
await store.close();
