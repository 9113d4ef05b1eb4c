import { afterEach, describe, expect, it } from 'vitest';
import { call, onlyCall, restart, seen, start, stopAll, until } from '../../test/guard-setup.ts';
import { createMemoryJournal } from '../../test/memory-journal.ts';
import type { Journal } from '../index.ts';

afterEach(stopAll);

describe('guard, the same key again', () => {
  it('answers settled with the recorded outcome', async () => {
    const { client, execute } = await start();
    const { key } = await client.guard(call, execute);
    expect(await client.guard({ ...call, key }, execute)).toMatchObject({
      verdict: 'settled',
      executed: true,
      success: true,
      outcome: { result: 'value' },
    });
    expect(execute).toHaveBeenCalledTimes(1);
  });

  it('executes once however many ask at the same time', async () => {
    const { fake, client, execute } = await start();
    const results = await Promise.all(
      Array.from({ length: 20 }, () => client.guard({ ...call, key: 'k' }, execute)),
    );
    expect(execute).toHaveBeenCalledTimes(1);
    expect(results.map(({ verdict }) => verdict).sort()).toEqual([
      'executed',
      ...Array.from({ length: 19 }, () => 'settled'),
    ]);
    expect(onlyCall(fake).redemptions).toBe(1);
  });

  it('does not execute a redeemed permit of a key that it did not make', async () => {
    const { fake, execute } = await start();
    const [first, second] = [restart(fake), restart(fake)];
    let finish = () => {};
    const running = first.guard(
      { ...call, key: 'k' },
      () =>
        new Promise<void>((done) => {
          finish = done;
        }),
    );
    await seen(fake, '/v1/tool-calls');
    const doubtful = await second.guard({ ...call, key: 'k' }, execute);
    expect(doubtful).toMatchObject({ verdict: 'in_doubt', permit: onlyCall(fake).token });
    finish();
    expect(await running).toMatchObject({ verdict: 'executed' });
    expect(execute).not.toHaveBeenCalled();
  });

  it('executes a key made for this run when the network repeats its redemption', async () => {
    const { fake, client, execute } = await start({
      decide: () => 'approve',
      fault: ({ path, method }) => {
        if (method === 'GET') fake.calls.grant(onlyCall(fake).id);
        return path === '/v1/permits/redeem' ? 'duplicate' : 'none';
      },
    });
    expect(await client.guard(call, execute)).toMatchObject({ verdict: 'executed' });
    expect(execute).toHaveBeenCalledTimes(1);
  });

  it('does not execute a foreign key whose first answer was lost, without a journal', async () => {
    const lostOnce = (requests: readonly unknown[]) => (requests.length === 1 ? 'lose_answer' : 'none');
    const bare = await start({ fault: () => lostOnce(bare.fake.requests) });
    expect(await bare.client.guard({ ...call, key: 'k' }, bare.execute)).toMatchObject({
      verdict: 'in_doubt',
    });
    expect(bare.execute).not.toHaveBeenCalled();
    await bare.fake.close();
    const noted = await start({ fault: () => lostOnce(noted.fake.requests) });
    const options = { journal: createMemoryJournal() };
    expect(await noted.client.guard({ ...call, key: 'k' }, noted.execute, options)).toMatchObject({
      verdict: 'executed',
    });
  });

  it('does not execute an abandoned call', async () => {
    const { fake, client, execute } = await start({
      fault: ({ path }) => (path.endsWith('/outcome') ? 'unavailable' : 'none'),
    });
    const { key } = await client.guard(call, execute);
    fake.calls.set(onlyCall(fake).id, 'abandoned');
    const other = restart(fake);
    expect(await other.guard({ ...call, key }, execute)).toMatchObject({ verdict: 'in_doubt' });
    expect(execute).toHaveBeenCalledTimes(1);
  });
});

describe('guard, when the outcome cannot be delivered', () => {
  it('says so, keeps the report, and delivers it with the same key, without executing again', async () => {
    let down = true;
    const { fake, client, execute } = await start({
      fault: ({ path }) => (down && path.endsWith('/outcome') ? 'lose_request' : 'none'),
    });
    const result = await client.guard(call, execute);
    expect(result).toMatchObject({
      verdict: 'executed',
      value: 'value',
      outcomePending: true,
      outcome: { recorded: false, problem: { code: 'no_answer' }, report: { success: true } },
    });
    const again = () => client.guard({ ...call, key: result.key }, execute);
    expect(await again()).toMatchObject({ verdict: 'settled', success: true, outcomePending: true });
    down = false;
    expect(await again()).toMatchObject({ verdict: 'settled', success: true, outcomePending: false });
    expect(onlyCall(fake).outcome).toMatchObject({ success: true, result: 'value' });
    expect(execute).toHaveBeenCalledTimes(1);
  });

  it.each([null, [], {}, { status: 7 }])(
    'does not take the answer %j for a recorded outcome',
    async (body) => {
      const { client, execute } = await start({
        answer: ({ path }) => (path.endsWith('/outcome') ? { status: 200, body } : undefined),
      });
      expect(await client.guard(call, execute)).toMatchObject({
        verdict: 'executed',
        outcomePending: true,
        outcome: { problem: { code: 'unexpected_answer' } },
      });
    },
  );

  it.each([null, {}, { status: 'redeemed' }])(
    'does not take the answer %j for a settled call',
    async (body) => {
      const { client, execute } = await start({
        answer: ({ method }) => (method === 'GET' ? { status: 200, body } : undefined),
      });
      const { key } = await client.guard(call, execute);
      expect(await client.guard({ ...call, key }, execute)).toMatchObject({ verdict: 'unavailable' });
      expect(execute).toHaveBeenCalledTimes(1);
    },
  );

  it('takes an outcome that is recorded as unauthorized for delivered, and says so', async () => {
    const { client, execute } = await start({
      answer: ({ path }) =>
        path.endsWith('/outcome')
          ? { status: 403, body: { code: 'permit_invalid', detail: 'void', unauthorized: true } }
          : undefined,
    });
    expect(await client.guard(call, execute)).toMatchObject({
      outcomePending: false,
      outcome: { recorded: true, problem: { unauthorized: true } },
    });
  });
});

describe('guard, with a journal', () => {
  const failing = (part: keyof Journal): Journal => ({
    ...createMemoryJournal(),
    [part]: () => Promise.reject(new Error('disk full')),
  });

  it('notes the beginning before it executes and the end before it reports', async () => {
    const journal = createMemoryJournal();
    const { fake, client } = await start({
      fault: ({ path }) => {
        if (path.endsWith('/outcome'))
          expect(journal.entries.get('k')?.outcome).toMatchObject({ success: true });
        return 'none';
      },
    });
    const result = await client.guard({ ...call, key: 'k' }, () => journal.entries.get('k')?.callId, {
      journal,
    });
    expect(result).toMatchObject({ verdict: 'executed', value: onlyCall(fake).id });
  });

  it('executes nothing when it cannot be read', async () => {
    const { fake, client, execute } = await start();
    const result = await client.guard({ ...call, key: 'k' }, execute, { journal: failing('get') });
    expect(result).toMatchObject({ verdict: 'cancelled', cause: 'journal_failed', permit: 'not_redeemed' });
    expect(fake.requests).toHaveLength(0);
  });

  it('executes nothing when it cannot note the beginning, and gives the permit back', async () => {
    const { fake, client, execute } = await start();
    const result = await client.guard({ ...call, key: 'k' }, execute, { journal: failing('begin') });
    expect(result).toMatchObject({ verdict: 'cancelled', cause: 'journal_failed', permit: 'given_back' });
    expect(onlyCall(fake).outcome).toMatchObject({ executed: false });
    expect(execute).not.toHaveBeenCalled();
  });

  it('reports the outcome even when it cannot note the end, and says so', async () => {
    const { fake, client, execute } = await start();
    const result = await client.guard({ ...call, key: 'k' }, execute, { journal: failing('end') });
    expect(result).toMatchObject({
      verdict: 'executed',
      outcomePending: false,
      journalError: new Error('disk full'),
    });
    expect(onlyCall(fake).outcome).toMatchObject({ success: true });
  });

  it('leaves what a dead process began in doubt, until somebody reports it', async () => {
    const { fake, client, execute } = await start();
    const journal = createMemoryJournal();
    void client.guard({ ...call, key: 'k' }, () => new Promise(() => {}), { journal });
    await seen(fake, '/v1/tool-calls');
    await until(() => journal.entries.has('k'));
    const restarted = restart(fake);
    const again = () => restarted.guard({ ...call, key: 'k' }, execute, { journal });
    const doubtful = await again();
    if (doubtful.verdict !== 'in_doubt') throw new Error(doubtful.verdict);
    await restarted.toolCalls.reportOutcome(doubtful.callId, { permit: doubtful.permit, success: true });
    expect(await again()).toMatchObject({ verdict: 'settled', success: true });
    expect(execute).not.toHaveBeenCalled();
  });
});
