import { fold, isRejection, type JsonObject } from '@countersign/event-sourcing';
import type { RecordedEvent } from '@countersign/event-store';
import type { MeterEvent } from '@countersign/metering';
import { itFoldsItsStoredFixtures, stateOf } from '@countersign/service/testing';
import { meter } from './meter/decide.ts';
import { meterServicePublications } from './meter-service.ts';
import { plan } from './plan/decide.ts';
import { planCatalog } from './plancatalog/decide.ts';
import { retention } from './retention/decide.ts';

/** A book comes to what it would carry over, closed now: balances, holds, endings, periods, buckets. */
function balancesOf(history: readonly RecordedEvent[]): JsonObject {
  const ledger = fold(meter, history as unknown as readonly MeterEvent[]);
  const at = Date.parse(history.at(-1)?.metadata.time ?? '');
  const closed = meter.decide({ type: 'close', at, limit: 1 }, ledger);
  if (isRejection(closed)) return { refused: closed.rejected };
  const [book] = JSON.parse(JSON.stringify(closed.map(({ data }) => data)));
  return book ? { plan: book.plan, entry: book.entry, ...book.carried } : { closed: true };
}

itFoldsItsStoredFixtures('meter-service', {
  publications: meterServicePublications,
  states: {
    meter: balancesOf,
    plan: stateOf(plan),
    retention: stateOf(retention),
    plancatalog: stateOf(planCatalog),
  },
});
