import type { MeterEvent } from './events.ts';
import { onClosed, onConfigured } from './evolve-book.ts';
import { onOccupied } from './evolve-occupancy.ts';
import { onPeriodOpened } from './evolve-period.ts';
import { onCharged, onDenied, onReserved } from './evolve-reservation.ts';
import { onAdjusted, onCommitted, onOverrun, onReleased } from './evolve-settlement.ts';
import { millisecondsOf } from './instant.ts';
import { emptyLedger, type MeterLedger } from './state.ts';

/**
 * The ledger after one more event. Total: it never throws and ignores types it does not know.
 *
 * It takes the given ledger over and changes it in place, so hold on to the result only. A ledger without events is
 * copied, so that one initial value serves any number of folds.
 */
export function evolve(given: MeterLedger, event: MeterEvent): MeterLedger {
  const ledger = given.version === 0 ? emptyLedger() : given;
  ledger.version += 1;
  const { at } = event.data;
  // Texts of times sort by time, and comparing is cheaper than reading: many events share a millisecond.
  if (at > ledger.latest) {
    ledger.latest = at;
    ledger.now = millisecondsOf(at);
  }
  apply(ledger, event);
  return ledger;
}

function apply(ledger: MeterLedger, event: MeterEvent): void {
  switch (event.type) {
    case 'quota-reserved.v1':
      onReserved(ledger, event.data);
      break;
    case 'quota-denied.v1':
      onDenied(ledger, event.data);
      break;
    case 'quota-charged.v1':
      onCharged(ledger, event.data);
      break;
    case 'quota-occupied.v1':
      onOccupied(ledger, event.data);
      break;
    case 'quota-committed.v1':
      onCommitted(ledger, event.data);
      break;
    case 'quota-released.v1':
      onReleased(ledger, event.data);
      break;
    case 'quota-overrun.v1':
      onOverrun(ledger, event.data);
      break;
    case 'quota-adjusted.v1':
      onAdjusted(ledger, event.data);
      break;
    case 'quota-period-opened.v1':
      onPeriodOpened(ledger, event.data);
      break;
    case 'quota-configured.v1':
      onConfigured(ledger, event.data);
      break;
    case 'quota-closed.v1':
      onClosed(ledger, event.data);
      break;
  }
}
