import { vi } from 'vitest';
import { type ConnectOptions, connect } from '../src/index.ts';
import {
  FAKE_KEY,
  type FakeCountersign,
  type FakeOptions,
  startFakeCountersign,
} from './fake-countersign.ts';

/** Three quick attempts. */
export const retry = { baseDelayMs: 1, maxDelayMs: 2, attempts: 3 };

/** A call that the fake allows. */
export const call = { tool: 'read', arguments: { path: '/tmp/a' }, reason: 'to look' };

const running: FakeCountersign[] = [];

/** A fake installation, a client of it, and a function to guard. */
export async function start(fakeOptions: FakeOptions = {}, options: Partial<ConnectOptions> = {}) {
  const fake = await startFakeCountersign(fakeOptions);
  running.push(fake);
  const client = connect({ url: fake.url, key: FAKE_KEY, agentId: 'bot', retry, ...options });
  return { fake, client, execute: vi.fn(async () => 'value') };
}

/** Another client of the same installation, as after a restart: it remembers nothing. */
export function restart(fake: FakeCountersign) {
  return connect({ url: fake.url, key: FAKE_KEY, agentId: 'bot', retry });
}

/** Ends every fake that was started. */
export async function stopAll(): Promise<void> {
  await Promise.all(running.splice(0).map((fake) => fake.close()));
}

/** Resolves when the fake has seen so many requests to a path. */
export async function seen(fake: FakeCountersign, path: string, count = 1): Promise<void> {
  await until(() => fake.requestsTo(path).length >= count);
}

/** Resolves when the condition holds; the test's own time-out bounds it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

/** The one call of the fake. */
export function onlyCall(fake: FakeCountersign) {
  const [first, second] = fake.calls.all();
  if (!first || second) throw new Error(`the fake has ${fake.calls.all().length} calls`);
  return first;
}
