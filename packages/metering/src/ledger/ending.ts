/** What the ledger does by itself when a hold expires: charge all of it, or give it back. */
export type OnExpiry = 'commit' | 'release';

/**
 * How a reservation ended. `assumed`: charged in full for want of an outcome. `expired`: given back at its end.
 * `released` with `request` null: given up before it was ever made. `recorded`: usage without a reservation.
 */
export type SettledStatus = 'denied' | 'committed' | 'assumed' | 'released' | 'expired' | 'recorded';
