import { describe, expect, it } from 'vitest';
import { type RunningAudit, startAudit } from '../testing/running-audit.ts';
import { followStream } from '../testing/sse-client.ts';
import { callId } from '../testing/upstream.ts';

const SAID = 'what the agent thought';
const ERASED = { erased: true };

/** A call of somebody that says something; it goes on until it is ended. */
async function called({ upstream }: RunningAudit, call: number, user_id = 'ann') {
  await upstream.append('agent.decision.made', { call, text: SAID, change: { user_id } });
  await upstream.append('agent.tool.requested', { call, change: { user_id } });
  await upstream.append('agent.tool.evaluated', { call, text: SAID });
}

const ended = ({ upstream }: RunningAudit, call: number) => upstream.append('agent.safety.blocked', { call });

const flushed = ({ upstream, clock }: RunningAudit, except: readonly string[] = [], domain = 'traces') =>
  upstream.append('retention.flushed', {
    id: 'acme',
    change: { domain, before: new Date(clock.nowMs()).toISOString(), except: [...except] },
  });

/** What is shown of a call's decision and of its evaluation, by the pages of everything and of its own stream. */
async function shown(running: RunningAudit, call: number) {
  const texts = async (query: string) => {
    const { body } = await running.get(`/v1/events?limit=1000&${query}`);
    return (body.items ?? [])
      .filter((item) => item.correlationid === callId(call) && 'reasoning' in item.data)
      .map(({ data }) => data.reasoning);
  };
  const [own] = [await texts(`subject=toolcall-${callId(call)}`)];
  return [...own, ...(await texts('types=agent.tool.evaluated'))];
}

describe('a call that was let go of', () => {
  it('is not opened from the flush on, by no way to ask; what its plan keeps of events is still there', async () => {
    const running = startAudit();
    await called(running, 1);
    await ended(running, 1);
    running.clock.advance(1_000);
    expect(await shown(running, 1)).toEqual([SAID, SAID]);
    await flushed(running);
    expect(await shown(running, 1)).toEqual([ERASED, ERASED]);
    const { body } = await running.get('/v1/events?limit=1000');
    expect(JSON.stringify(body)).not.toContain(SAID);
    expect(body.items?.map(({ type }) => type)).toContain('agent.safety.blocked');
    expect(body.items?.some((item) => 'sealed' in item)).toBe(false);
    const stream = await followStream(await running.url(), `after=0&subject=toolcall-${callId(1)}`);
    expect((await stream.next())?.data.data).toMatchObject({ reasoning: ERASED });
    await stream.abort();
  });

  it('is that in a stream that was open before, for everything that it sends afterwards', async () => {
    const running = startAudit();
    await called(running, 1);
    running.clock.advance(1_000);
    const stream = await followStream(await running.url(), 'after=0&types=agent.tool.evaluated');
    expect((await stream.next())?.data.data).toMatchObject({ reasoning: SAID });
    await ended(running, 1);
    await flushed(running);
    await running.upstream.append('agent.tool.evaluated', { call: 1, text: SAID });
    expect((await stream.next())?.data.data).toMatchObject({ reasoning: ERASED });
    await stream.abort();
  });

  it('is none that is under way, that began since, or whose person is under a legal hold', async () => {
    const running = startAudit();
    await called(running, 1);
    await called(running, 2, 'bob');
    await ended(running, 2);
    running.clock.advance(1_000);
    await flushed(running, ['bob']);
    await called(running, 3);
    await ended(running, 3);
    for (const call of [1, 2, 3]) expect(await shown(running, call)).toEqual([SAID, SAID]);
    await ended(running, 1);
    expect(await shown(running, 1)).toEqual([ERASED, ERASED]);
    // A hold that was lifted keeps nothing at the next flush.
    await flushed(running);
    expect(await shown(running, 2)).toEqual([ERASED, ERASED]);
  });

  it('is none that only its events were let go of', async () => {
    const running = startAudit();
    await called(running, 1);
    await ended(running, 1);
    running.clock.advance(1_000);
    await flushed(running, [], 'events');
    expect(await shown(running, 1)).toEqual([]);
  });
});
