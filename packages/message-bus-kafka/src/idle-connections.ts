import { createRequire } from 'node:module';

interface RequestQueue {
  /** Requests that are held back: the broker has asked for a pause. */
  readonly pending: readonly object[];
  scheduleCheckPendingRequests(): void;
}

const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
  readonly prototype: RequestQueue;
};
const schedule = prototype.scheduleCheckPendingRequests;

/**
 * After the first answer every connection of the client looks once a millisecond, for ever, whether requests are held back (K9:
 * the delay that it computes is negative). A process of many connections never rests: that took 2 to 4 percent of a core from
 * each that had nothing to do. It looks while there are any; one that is held back later begins it anew.
 */
prototype.scheduleCheckPendingRequests = function scheduleWherePending() {
  if (this.pending.length > 0) schedule.call(this);
};
