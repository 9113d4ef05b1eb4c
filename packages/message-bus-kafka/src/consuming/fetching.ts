import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import {
  createFetchSession,
  type FetchRequest,
  type FetchResponse,
  type FetchSession,
} from './fetch-sessions.ts';

/**
 * A consumer asks a broker no more often than this. Where records come one after another, a request for each would cost most
 * of the time; whoever waits for a single record has asked long before it comes, and is answered at once.
 */
const ASK_EVERY_MS = 4;

/** The client's end of its connection to a broker. Every consumer has its own. */
interface Broker {
  lookupRequest(key: number, definition: object): (request: object) => object;
  fetch(request: FetchRequest): Promise<FetchResponse>;
}

interface Asking {
  readonly session: FetchSession;
  lastMs: number;
}

const { prototype } = createRequire(import.meta.url)('kafkajs/src/broker') as { readonly prototype: Broker };
const fetchWhole = prototype.fetch;
const askings = new WeakMap<Broker, Asking>();

/** The client's fetch, in a session and at its pace: for all consumers of the process. */
prototype.fetch = async function fetchInSession(request) {
  const asking = askings.get(this) ?? { session: createFetchSession(), lastMs: 0 };
  askings.set(this, asking);
  const early = asking.lastMs + ASK_EVERY_MS - performance.now();
  if (early > 0) await pause(early);
  asking.lastMs = performance.now();
  return asking.session.fetch(request, (left, fields) => {
    const lookupRequest: Broker['lookupRequest'] = (key, definition) => {
      const make = this.lookupRequest(key, definition);
      return (made) => make({ ...made, ...fields });
    };
    return fetchWhole.call(Object.create(this, { lookupRequest: { value: lookupRequest } }), left);
  });
};
