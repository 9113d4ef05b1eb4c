import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAKE_KEY, type Fault, startFakeCountersign } from '../../test/fake-countersign.ts';
import { createMemoryJournal } from '../../test/memory-journal.ts';
import { createMortalProcess } from '../../test/mortal-process.ts';
import { connect, type GuardResult } from '../index.ts';

const call = { tool: 'write', arguments: { path: '/tmp/a' }, reason: 'to write' };
const hasty = { baseDelayMs: 0, maxDelayMs: 1, attempts: 3, attemptTimeoutMs: 40 };
const patient = { baseDelayMs: 0, maxDelayMs: 1, attempts: 3 };

const fault = fc.constantFrom<Fault>(
  'none',
  'none',
  'lose_request',
  'lose_answer',
  'duplicate',
  'hang',
  'bad_gateway',
  'garble',
  'unsure',
  'unavailable',
  'overloaded',
);

const world = fc.record({
  faults: fc.array(fault, { maxLength: 12 }),
  decision: fc.constantFrom('allow' as const, 'approve' as const),
  redeemAtRelease: fc.boolean(),
});
type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never;

/** A number of steps after which a process dies, or none. */
const lifetime = fc.option(fc.nat(14), { nil: Number.POSITIVE_INFINITY, freq: 3 });

/** An installation in which the faults happen one after another, and a human grants what is looked at. */
async function startWorld({ faults, decision, redeemAtRelease }: World, repeatsRedemptions = true) {
  const left = [...faults];
  let healed = false;
  const fake = await startFakeCountersign({
    decide: () => decision,
    redeemAtRelease,
    fault: ({ method, path }) => {
      const [waiting] = fake.calls.all().filter(({ status }) => status === 'awaiting_approval');
      if (method === 'GET' && path.startsWith('/v1/tool-calls/') && waiting) fake.calls.grant(waiting.id);
      const next = healed ? 'none' : (left.shift() ?? 'none');
      // A long poll that hangs is waited for as long as it was asked to be held: too long for a test.
      if (method === 'GET' && next === 'hang') return 'lose_answer';
      if (path === '/v1/permits/redeem' && next === 'duplicate' && !repeatsRedemptions) return 'none';
      return next;
    },
  });
  const executions: string[] = [];
  return {
    fake,
    executions,
    heal: () => {
      healed = true;
    },
    execute: (name: string) => async () => {
      executions.push(name);
      return name;
    },
  };
}

/** What has to hold whatever happened. */
function checkWorld({ fake, executions }: Awaited<ReturnType<typeof startWorld>>): void {
  expect(executions.length).toBeLessThanOrEqual(1);
  for (const { redemptions, outcome } of fake.calls.all()) {
    expect(redemptions).toBeLessThanOrEqual(1);
    if (outcome?.success) expect(executions).toHaveLength(1);
    if (outcome?.executed === false) expect(executions).toHaveLength(0);
  }
}

function isUnfinished(result: GuardResult<unknown>): boolean {
  return result.verdict === 'unavailable' || ('outcomePending' in result && result.outcomePending);
}

describe('guard, whatever is lost', () => {
  it('executes a key of its own exactly once, as soon as the world heals', async () => {
    const rounds = fc.constantFrom(1, 1, 2, 3, 4);
    await fc.assert(
      fc.asyncProperty(world, rounds, async (given, times) => {
        // After the first round the key is known outside, so that a repeated redemption looks like somebody else's.
        const it = await startWorld(given, times === 1);
        const client = connect({ url: it.fake.url, key: FAKE_KEY, agentId: 'bot', retry: hasty });
        let last: GuardResult<string> = await client.guard(call, it.execute('first'));
        for (let round = 1; round < times; round++) {
          last = await client.guard({ ...call, key: last.key }, it.execute(`again ${round}`));
          checkWorld(it);
        }
        it.heal();
        do {
          last = await client.guard({ ...call, key: last.key }, it.execute('healed'));
        } while (isUnfinished(last)); // A slow machine is late for the hasty policy.
        expect(['executed', 'settled']).toContain(last.verdict);
        expect(it.executions).toHaveLength(1);
        expect(it.fake.calls.all()).toMatchObject([{ redemptions: 1, outcome: { success: true } }]);
        await it.fake.close();
      }),
      { numRuns: 100 },
    );
  });

  it('never executes a shared key twice over crashes and restarts, and loses none that had not begun', async () => {
    await fc.assert(
      fc.asyncProperty(world, fc.array(lifetime, { maxLength: 4 }), async (given, lifetimes) => {
        const it = await startWorld(given);
        const journal = createMemoryJournal();
        for (const [life, steps] of lifetimes.entries()) {
          const { death, fetch, mortal, ...process } = createMortalProcess(steps);
          const client = connect({ url: it.fake.url, key: FAKE_KEY, agentId: 'bot', retry: hasty, fetch });
          const options = { journal: process.journal(journal) };
          const execute = mortal(it.execute(`life ${life}`));
          await Promise.race([death, client.guard({ ...call, key: 'order-4711' }, execute, options)]);
          checkWorld(it);
        }
        it.heal();
        const diedExecuting =
          journal.entries.has('order-4711') && !journal.entries.get('order-4711')?.outcome;
        const client = connect({ url: it.fake.url, key: FAKE_KEY, agentId: 'bot', retry: patient });
        const last = await client.guard({ ...call, key: 'order-4711' }, it.execute('healed'), { journal });
        checkWorld(it);
        if (diedExecuting) expect(['in_doubt', 'settled']).toContain(last.verdict);
        else {
          expect(['executed', 'settled']).toContain(last.verdict);
          expect(it.executions).toHaveLength(1);
        }
        await it.fake.close();
      }),
      { numRuns: 100 },
    );
  });

  it('never executes a shared key twice over crashes without a journal', async () => {
    await fc.assert(
      fc.asyncProperty(
        world,
        fc.array(lifetime, { minLength: 1, maxLength: 4 }),
        async (given, lifetimes) => {
          const it = await startWorld(given);
          for (const [life, steps] of lifetimes.entries()) {
            const { death, fetch, mortal } = createMortalProcess(steps);
            const client = connect({ url: it.fake.url, key: FAKE_KEY, agentId: 'bot', retry: hasty, fetch });
            const execute = mortal(it.execute(`life ${life}`));
            await Promise.race([death, client.guard({ ...call, key: 'order-4711' }, execute)]);
            checkWorld(it);
          }
          await it.fake.close();
        },
      ),
      { numRuns: 100 },
    );
  });

  it('never executes a shared key twice by several processes at once', async () => {
    const processes = fc.array(lifetime, { minLength: 2, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(world, processes, fc.boolean(), async (given, lifetimes, withJournal) => {
        const it = await startWorld(given);
        const journal = createMemoryJournal();
        await Promise.all(
          lifetimes.map((steps, number) => {
            const { death, fetch, mortal, ...process } = createMortalProcess(steps);
            const client = connect({ url: it.fake.url, key: FAKE_KEY, agentId: 'bot', retry: hasty, fetch });
            const options = withJournal ? { journal: process.journal(journal) } : {};
            const execute = mortal(it.execute(`process ${number}`));
            return Promise.race([death, client.guard({ ...call, key: 'order-4711' }, execute, options)]);
          }),
        );
        checkWorld(it);
        await it.fake.close();
      }),
      { numRuns: 100 },
    );
  });
});
