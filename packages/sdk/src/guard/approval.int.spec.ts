import { afterEach, describe, expect, it } from 'vitest';
import type { FakeOptions } from '../../test/fake-countersign.ts';
import { call, onlyCall, seen, start, stopAll } from '../../test/guard-setup.ts';

afterEach(stopAll);

describe('guard, asking a human', () => {
  const approving: FakeOptions = { decide: () => 'approve' };

  it.each([false, true])('waits, redeems and executes; redeemed at release: %s', async (redeemAtRelease) => {
    const { fake, client, execute } = await start({ ...approving, redeemAtRelease });
    const pending = client.guard(call, execute);
    await seen(fake, '/v1/tool-calls');
    const { id } = onlyCall(fake);
    await seen(fake, `/v1/tool-calls/${id}`);
    expect(execute).not.toHaveBeenCalled();
    fake.calls.grant(id);
    expect(await pending).toMatchObject({ verdict: 'executed', success: true, callId: id });
    expect(fake.requestsTo('/v1/permits/redeem')).toHaveLength(redeemAtRelease ? 0 : 1);
    expect(onlyCall(fake).redemptions).toBe(1);
  });

  it('tells the server what it has seen, so that no change between two requests is waited past', async () => {
    const { fake, client, execute } = await start(approving);
    const pending = client.guard(call, execute);
    await seen(fake, '/v1/tool-calls');
    const path = `/v1/tool-calls/${onlyCall(fake).id}`;
    await seen(fake, path);
    // A vote of several: the call has changed, and still waits.
    fake.calls.set(onlyCall(fake).id, 'awaiting_approval');
    await seen(fake, path, 2);
    fake.calls.grant(onlyCall(fake).id);
    expect(await pending).toMatchObject({ verdict: 'executed' });
    expect(fake.requestsTo(path).map(({ query }) => query.get('after'))).toEqual(['1', '2']);
  });

  it('says what the human refused', async () => {
    const { fake, client, execute } = await start(approving);
    const pending = client.guard(call, execute);
    await seen(fake, '/v1/tool-calls');
    fake.calls.refuse(onlyCall(fake).id);
    expect(await pending).toMatchObject({ verdict: 'denied', reasons: [{ code: 'approval_denied' }] });
    expect(execute).not.toHaveBeenCalled();
  });

  it('says pending when the wait is over, and goes on with the same key', async () => {
    const { fake, client, execute } = await start(approving);
    const first = await client.guard(call, execute, { waitMs: 0 });
    expect(first).toMatchObject({ verdict: 'pending', approval: { state: 'waiting' } });
    fake.calls.grant(onlyCall(fake).id);
    const second = await client.guard({ ...call, key: first.key }, execute, { waitMs: 0 });
    expect(second).toMatchObject({ verdict: 'executed' });
    expect(execute).toHaveBeenCalledTimes(1);
  });

  it('keeps waiting while the server is away', async () => {
    let away = false;
    const { fake, client, execute } = await start({
      ...approving,
      fault: () => (away ? 'unavailable' : 'none'),
    });
    const pending = client.guard(call, execute);
    await seen(fake, '/v1/tool-calls');
    const path = `/v1/tool-calls/${onlyCall(fake).id}`;
    away = true;
    await seen(fake, path, 4);
    away = false;
    fake.calls.grant(onlyCall(fake).id);
    expect(await pending).toMatchObject({ verdict: 'executed' });
  });

  it('ends waiting when the caller aborts', async () => {
    const { fake, client, execute } = await start(approving);
    const abort = new AbortController();
    const pending = client.guard(call, execute, { signal: abort.signal });
    await seen(fake, '/v1/tool-calls');
    await seen(fake, `/v1/tool-calls/${onlyCall(fake).id}`);
    abort.abort();
    expect(await pending).toMatchObject({ verdict: 'cancelled', cause: 'aborted', permit: 'not_redeemed' });
    expect(execute).not.toHaveBeenCalled();
  });

  it('does not execute what lapsed or became void before it was redeemed', async () => {
    const { fake, client, execute } = await start(approving);
    const { key } = await client.guard(call, execute, { waitMs: 0 });
    fake.calls.set(onlyCall(fake).id, 'lapsed');
    expect(await client.guard({ ...call, key }, execute)).toMatchObject({
      verdict: 'denied',
      code: 'lapsed',
    });
    await fake.close();
    const voided = await start({
      ...approving,
      answer: ({ path }) => {
        if (path !== '/v1/permits/redeem') return undefined;
        return { status: 410, body: { code: 'void', detail: 'killed' } };
      },
    });
    const first = await voided.client.guard(call, execute, { waitMs: 0 });
    voided.fake.calls.grant(onlyCall(voided.fake).id);
    const second = await voided.client.guard({ ...call, key: first.key }, execute);
    expect(second).toMatchObject({ verdict: 'denied', code: 'void', detail: 'killed' });
    expect(execute).not.toHaveBeenCalled();
  });

  it('does not execute what somebody else redeemed, now or later', async () => {
    const { fake, client, execute } = await start({
      ...approving,
      fault: ({ path, text }) => {
        if (path === '/v1/permits/redeem') fake.calls.redeem(JSON.parse(text), true);
        return 'none';
      },
    });
    const { key } = await client.guard(call, execute, { waitMs: 0 });
    fake.calls.grant(onlyCall(fake).id);
    for (let round = 0; round < 3; round++) {
      expect(await client.guard({ ...call, key }, execute)).toMatchObject({ verdict: 'in_doubt' });
    }
    expect(execute).not.toHaveBeenCalled();
  });
});

describe('guard, aborted around the redemption', () => {
  it('sends nothing when aborted before', async () => {
    const { fake, client, execute } = await start();
    const result = await client.guard(call, execute, { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ verdict: 'cancelled', callId: null, permit: 'not_redeemed' });
    expect(fake.requests).toHaveLength(0);
  });

  it('gives the permit back when the answer comes after the abort', async () => {
    const abort = new AbortController();
    const { fake, client, execute } = await start({
      fault: ({ path }) => {
        if (path === '/v1/tool-calls') abort.abort();
        return 'none';
      },
    });
    const result = await client.guard(call, execute, { signal: abort.signal });
    expect(result).toMatchObject({ verdict: 'cancelled', cause: 'aborted', permit: 'given_back' });
    expect(onlyCall(fake).outcome).toMatchObject({ executed: false, success: false });
    expect(execute).not.toHaveBeenCalled();
    const again = await client.guard({ ...call, key: result.key }, execute);
    expect(again).toMatchObject({ verdict: 'settled', executed: false });
    expect(execute).not.toHaveBeenCalled();
  });

  it('says that it does not know when the answer is lost', async () => {
    const abort = new AbortController();
    const { client, execute } = await start({
      fault: () => {
        abort.abort();
        return 'lose_answer';
      },
    });
    const result = await client.guard(call, execute, { signal: abort.signal });
    expect(result).toMatchObject({ verdict: 'cancelled', cause: 'aborted', permit: 'unknown' });
    expect(execute).not.toHaveBeenCalled();
  });

  it('hands the signal to the function and reports whatever it makes of it', async () => {
    const { fake, client } = await start();
    const abort = new AbortController();
    const result = await client.guard(
      call,
      async ({ signal }) => {
        abort.abort();
        signal.throwIfAborted();
      },
      { signal: abort.signal },
    );
    expect(result).toMatchObject({ verdict: 'executed', success: false, outcomePending: false });
    expect(onlyCall(fake).outcome).toMatchObject({ success: false });
  });
});
