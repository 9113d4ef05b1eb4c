import type { ParkingLot } from '@countersign/event-store';
import type { Logger } from '@countersign/telemetry';

/** A parking lot that tells the operator of what it takes: whoever waits behind a failed event follows from that one. */
export function loggedParking<Lot extends ParkingLot>(lot: Lot, logger: Logger): Lot {
  const park: ParkingLot['park'] = (event) => {
    const { group: processor, subject, position, error, attempts } = event;
    if (error !== null) {
      logger.error(
        { processor, subject, position, attempts, why: error },
        'an event can not be handled and is parked: mend the cause, then `countersign parked retry`',
      );
    }
    return lot.park(event);
  };
  return Object.create(lot, { park: { value: park, enumerable: true } });
}
