import type { EventQuery } from '../events/event-query.ts';
import { streamEvents } from '../events/stream.ts';
import type { RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { get } from '../http/requests.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import type { ListQuery, Page } from './list.ts';

/** `client.events`: the ledger's public events of the key's organization, as far as the caller may read them. */
export interface EventRoutes {
  list(query?: EventQuery & ListQuery, options?: RequestOptions): Promise<Page<CloudEvent>>;
  /**
   * Follows events as they become durable, in ledger order, reconnecting by itself after the last one delivered, so
   * that nothing is missed and nothing comes twice. It reads on only as fast as the loop asks for events. Ends when
   * `signal` aborts or the loop is left; throws CountersignError for what no reconnecting can mend.
   *
   * Without `after` it begins with what comes next: what happens while the very first connection is lost, before any
   * event came, is missed then. Keep `position` of the last event you have dealt with, and give it as `after`.
   */
  stream(query?: EventQuery, options?: RequestOptions): AsyncIterable<CloudEvent>;
}

/** `client.events` over HTTP. */
export function eventRoutes(http: Http): EventRoutes {
  return {
    list: ({ types, ...query } = {}, options) =>
      call(http, get('/v1/events', { ...query, types: types?.join() }, options)),
    stream: (query = {}, options = {}) => streamEvents(http, query, options.signal),
  };
}
