import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import './idle-connections.ts';

const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue');

describe('K9: a connection', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const logger = { namespace: () => logger, debug() {}, warn() {} };
  const open = () =>
    new RequestQueue({
      instrumentationEmitter: new EventEmitter(),
      clientId: 'test',
      broker: 'nowhere:9092',
      requestTimeout: 1_000,
      enforceRequestTimeout: false,
      isConnected: () => true,
      logger,
    });
  const request = (correlationId: number, sent: number[]) => ({
    entry: { correlationId, resolve() {}, reject() {} },
    expectResponse: true,
    sendRequest: () => void sent.push(correlationId),
  });

  it('that is answered arms no timer, where the client would look for ever', () => {
    const queue = open();
    queue.push(request(1, []));
    queue.fulfillRequest({ correlationId: 1, payload: null, size: 0 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('sends what was held back when the pause is over that the broker has asked for', () => {
    const queue = open();
    const sent: number[] = [];
    queue.maybeThrottle(200);
    queue.push(request(1, sent));
    vi.advanceTimersByTime(150);
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(sent).toEqual([1]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
