import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { install } from './testing/installed.ts';

/** What a subscription says that is closed too early. */
const GIVEN_UP = 'the subscription was closed before it had caught up';

describe('an installation that is not started', () => {
  it('runs, is not ready, and says how far it is', async () => {
    const { get } = await install();
    expect((await get('/healthz')).status).toBe(200);
    const ready = await get('/readyz');
    expect(ready).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(ready.body.errors).toEqual([
      { pointer: '/state', detail: expect.stringMatching(/^is being rebuilt, at position 0 of \d+$/) },
    ]);
  });

  it('knows nobody yet, and calls no key wrong', async () => {
    const { get } = await install();
    const answer = await get('/v1/users', 'cs_anything');
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  });

  it('is closed in the middle of its start, wherever that is', async () => {
    for (const turns of [0, 1, 2, 5, 20, 60]) {
      const { installation, close } = await install();
      const starting = installation.start().catch((error: Error) => error.message);
      for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
      await close();
      expect([undefined, 'the start was given up', GIVEN_UP]).toContain(await starting);
    }
  });
});

describe('a started installation', () => {
  it('is ready, with every check named', async () => {
    const { installation, get } = await install();
    await installation.start();
    expect(await get('/readyz')).toEqual({
      status: 200,
      body: {
        status: 'ready',
        checks: ['state', 'processing', 'lag'].map((name) => ({ name, ready: true })),
      },
    });
    expect((await get('/v1/users/owner')).status).toBe(200);
  });

  it('answers when its ledger is durable', async () => {
    const { installation, adapters } = await install();
    await installation.start();
    const { store } = adapters;
    const metadata = { id: '019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11', time: '2026-11-21T12:00:00.000Z' };
    const event = { type: 'unknown.v1', data: {}, metadata: { ...metadata, organization: 'default' } };
    await store.append('unknown-1', 'no-stream', [event]).accepted;
    const { acceptedPosition } = store;
    await installation.app.edge.whenDurable();
    expect(store.durablePosition).toBeGreaterThanOrEqual(acceptedPosition);
  });

  it('does not record probes of its readiness as refusals', async () => {
    const { installation, get, adapters } = await install();
    await get('/readyz');
    await installation.start();
    await installation.app.close();
    await installation.close();
    const { events } = await adapters.store.readPage({ limit: 1_000, categories: ['audit'] });
    expect(events).toEqual([]);
  });

  it.each([
    ['with its views', async () => {}],
    ['without its views, which are rebuilt', (directory: string) => rm(join(directory, 'views.sqlite'))],
  ])('knows everything again after a restart %s', async (_, lose) => {
    const first = await install();
    await first.installation.start();
    expect(await first.put('/v1/users/alice', { roles: [] })).toBe(201);
    expect(await first.put('/v1/agents/helper', { owner: 'alice' })).toBe(201);
    await first.close();
    await lose(first.directory);
    const second = await first.again();
    expect((await second.get('/v1/agents/helper')).status).toBe(503);
    await second.installation.start();
    expect(await second.get('/v1/agents/helper')).toMatchObject({ status: 200, body: { owner: 'alice' } });
    expect((await second.get('/readyz')).status).toBe(200);
  });
});
