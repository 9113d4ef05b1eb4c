import { fold, isRejection, type JsonValue } from '@countersign/event-sourcing';
import type { RecordedEvent } from '@countersign/event-store';
import type { MeterEvent } from '@countersign/metering';
import { itFoldsItsStoredFixtures, stateOf } from '@countersign/service/testing';
import { meter } from './meter/decide.ts';
import { meterServicePublications } from './meter-service.ts';
import { plan } from './plan/decide.ts';

/** A book comes to what it would close with: balances, holds, endings, periods and buckets. */
function balancesOf(history: readonly RecordedEvent[]): JsonValue {
  const ledger = fold(meter, history as unknown as readonly MeterEvent[]);
  const at = Date.parse(history.at(-1)?.metadata.time ?? '');
  const closed = meter.decide({ type: 'close', at }, ledger);
  if (isRejection(closed)) return { refused: closed.rejected };
  return JSON.parse(JSON.stringify(closed.map(({ data }) => data))) as JsonValue;
}

itFoldsItsStoredFixtures('meter-service', {
  publications: meterServicePublications,
  states: { meter: balancesOf, plan: stateOf(plan) },
});
