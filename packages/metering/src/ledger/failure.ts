/** One reason why a reservation was refused. `retry_after_ms` is null where waiting does not help. */
export type QuotaFailure =
  | {
      readonly kind: 'meter';
      readonly key: string;
      readonly rule: string;
      readonly scope: string;
      readonly period_start: string | null;
      readonly limit: number;
      /** Everything that stood against the limit: used, overrun and reserved. */
      readonly used: number;
      readonly amount: number;
      readonly retry_after_ms: number | null;
    }
  | {
      readonly kind: 'throttle';
      readonly throttle: string;
      /** The bucket's capacity, and the calls in it that had not drained. */
      readonly limit: number;
      readonly used: number;
      readonly amount: number;
      readonly retry_after_ms: number | null;
    }
  | {
      /** The plan names nothing that was asked for. */
      readonly kind: 'entitlement';
      readonly key: string;
      readonly limit: 0;
      readonly used: 0;
      readonly amount: number;
      readonly retry_after_ms: null;
    };
