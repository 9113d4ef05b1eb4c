import { routes } from '@countersign/contracts';
import type { JsonObject } from '@countersign/event-sourcing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closingMeters } from '../testing/open-meters.ts';
import { type RunningMeter, startMeter } from '../testing/running-meter.ts';

const opened = closingMeters();

const monthly = { evaluations_run: { limit: 10, strict: true, period: 'monthly' } };
const byUser = { evaluations_run: { limit: 10, strict: true, scope: 'user', period: 'daily' } };

async function underPlan(counters: JsonObject, more: Parameters<typeof startMeter>[0] = {}) {
  const meter = await opened(startMeter({ plans: new Map([['team', { counters }]]), ...more }));
  await meter.upstream.organization('acme', 'team');
  await meter.upstream.agent('bot', { owner: 'ann', project: 'web' });
  await meter.settled();
  return { meter, ...asking(meter) };
}

function asking(meter: RunningMeter) {
  const report = (amount: number, more: JsonObject = {}, as = 'crawler', headers = {}) =>
    meter.post('/v1/usage', { key: 'evaluations_run', amount, ...more }, as, headers);
  const refund = (refund_of: unknown, amount: number, as = 'crawler', headers = {}) =>
    report(0 - amount, { refund_of: String(refund_of) }, as, headers);
  const used = async () => (await meter.meters()).map(({ scope, used }) => `${scope} ${used}`);
  return { report, refund, used };
}

const NOT_FOUND = { status: 404, body: { code: 'not_found' } };

describe('a refund', () => {
  it('takes back of the report that it names, as much as is left of it, also over a limit that was lowered', async () => {
    const { meter, report, refund } = await underPlan(monthly);
    const { body: first } = await report(7);
    await report(3);
    await meter.put('/v1/plans/team', {
      counters: { evaluations_run: { ...monthly.evaluations_run, limit: 3 } },
    });
    const back = await refund(first.id, 2);
    expect(back).toMatchObject({ status: 200, body: { amount: -2, refund_of: first.id, left: 5 } });
    expect(routes.reportUsage.responses[200].parse(back.body)).toEqual(back.body);
    expect(back.body).toMatchObject({ meters: [{ used: 8, limit: 3 }] });
    expect((await report(1)).status).toBe(429);
    expect((await refund(first.id, 99)).body).toMatchObject({ left: 0, meters: [{ used: 3 }] });
    expect((await refund(first.id, 99)).body).toMatchObject({ left: 0, meters: [{ used: 3 }] });
  });

  it('names its report by id or by the idempotency key that it was made under, and is one for its own key', async () => {
    const { report, refund, used } = await underPlan(monthly);
    const { body: first } = await report(6, {}, 'crawler', { 'idempotency-key': 'run-17' });
    const again = { 'idempotency-key': 'back' };
    const back = await refund('run-17', 2, 'crawler', again);
    expect(back.body).toMatchObject({ refund_of: first.id, left: 4 });
    expect((await refund('run-17', 2, 'crawler', again)).body).toEqual(back.body);
    expect((await refund('run-17', 3, 'crawler', again)).body).toMatchObject({
      code: 'idempotency_conflict',
    });
    expect(await used()).toEqual(['organization:acme 4']);
    expect((await refund(first.id, 1)).body).toMatchObject({ left: 3 });
  });

  it('A-ADJ-11: is for who reported and for who sets the limits; to others there is no such report', async () => {
    const { report, refund, used } = await underPlan(byUser);
    const { body: first } = await report(6, { user: 'ann' }, 'crawler', { 'idempotency-key': 'run' });
    const { body: owns } = await report(2, {}, 'bot');
    expect(await refund(first.id, 1, 'sweeper')).toMatchObject(NOT_FOUND);
    expect(await refund('run', 1, 'sweeper')).toMatchObject(NOT_FOUND);
    expect(await refund('nothing', 1)).toMatchObject(NOT_FOUND);
    expect(await refund(owns.id, 1)).toMatchObject(NOT_FOUND);
    expect(await refund(owns.id, 1, 'bot')).toMatchObject({ status: 403 });
    expect(await used()).toEqual(['user:ann 8']);
    expect(await refund(owns.id, 1, 'owner')).toMatchObject({ status: 200, body: { left: 1 } });
    expect(await used()).toEqual(['user:ann 7']);
  });

  it('A-CHK-11: goes to whom and to when it was counted, whatever day it is', async () => {
    const { meter, report, refund, used } = await underPlan(byUser);
    const { body: first } = await report(6, { user: 'ann' });
    meter.clock.advance(24 * 3_600_000);
    await report(5, { user: 'ann' });
    await report(4, { user: 'bob' });
    expect((await refund(first.id, 6)).body).toMatchObject({ left: 0 });
    expect(await used()).toEqual(['user:ann 5', 'user:bob 4']);
  });

  it('says at once what is wrong with it', async () => {
    const { report } = await underPlan(monthly);
    const pointers = async (amount: number, more: JsonObject) => {
      const { status, body } = await report(amount, more);
      return [status, ...(body.errors as { pointer: string }[]).map(({ pointer }) => pointer)];
    };
    expect(await pointers(-1, {})).toEqual([400, '/refund_of']);
    expect(await pointers(1, { refund_of: 'run', user: 'ann', project: 'web' })).toEqual([
      ...[400, '/amount', '/user', '/project'],
    ]);
  });

  it('of a report that the open book has forgotten finds it in the books before, each time', async () => {
    const { meter, report, refund, used } = await underPlan({
      evaluations_run: [{ limit: 9, strict: true }, { period: 'daily' }],
    });
    const { body: old } = await report(5);
    for (const left of [3, 1, 0]) {
      // Another month is another book, which remembers a day of the one before.
      meter.clock.advance(35 * 86_400_000);
      await report(1);
      expect((await refund(old.id, 2)).body).toMatchObject({ refund_of: old.id, left });
      expect(await refund(old.id, 2, 'sweeper')).toMatchObject(NOT_FOUND);
    }
    expect(await used()).toContain('organization:acme 3');
  });

  it('takes back no more than was reported, of any that come at once', async () => {
    const { report, refund, used } = await underPlan(monthly);
    const { body: first } = await report(6);
    await report(4);
    const answers = await Promise.all(Array.from({ length: 20 }, () => refund(first.id, 1)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(await used()).toEqual(['organization:acme 4']);
  });
});

/** What somebody asks for in a history of reports and refunds; `report` is one of those made so far, modulo their number. */
const acts = fc.array(
  fc.oneof(
    fc.record({
      amount: fc.nat(6),
      as: fc.constantFrom('crawler', 'sweeper', 'bot'),
      user: fc.constantFrom('ann', 'bob'),
    }),
    fc.record({
      refund: fc.nat(9),
      as: fc.constantFrom('crawler', 'crawler', 'sweeper', 'owner', 'bot'),
      amount: fc.nat(8),
    }),
    fc.record({ days: fc.constantFrom(1, 40) }),
  ),
  { minLength: 4, maxLength: 14 },
);

it('leaves of every history what the reports counted less what was taken back of each, by whom it may be', async () => {
  await fc.assert(
    fc.asyncProperty(acts, async (history) => {
      // Books of a few events, so that reports are forgotten.
      const { meter, report, refund } = await underPlan(
        { evaluations_run: [{ scope: 'user' }, { scope: 'organization' }] },
        { maxBookEvents: 6 },
      );
      const reports: { id: unknown; as: string; user: string; left: number }[] = [];
      for (const act of history) {
        if ('days' in act) meter.clock.advance(act.days * 86_400_000);
        else if ('refund' in act) {
          const named = reports[act.refund % (reports.length || 1)];
          const answer = await refund(named?.id ?? 'none', act.amount, act.as);
          const isTheirs = named !== undefined && (act.as === 'owner' || act.as === named.as);
          expect(answer.status).toBe(act.as === 'bot' ? 403 : isTheirs ? 200 : 404);
          if (answer.status !== 200 || named === undefined) continue;
          named.left = Math.max(0, named.left - act.amount);
          expect(answer.body).toMatchObject({ refund_of: named.id, left: named.left });
        } else {
          const user = act.as === 'bot' ? 'ann' : act.user;
          const { body } = await report(act.amount, { user }, act.as);
          reports.push({ id: body.id, as: act.as, user, left: act.amount });
        }
        const sum = (of: readonly { left: number }[]) => of.reduce((total, { left }) => total + left, 0);
        const rows = new Map((await meter.meters()).map(({ scope, used }) => [scope, used]));
        expect(rows.get('organization:acme') ?? 0).toBe(sum(reports));
        for (const user of ['ann', 'bob'])
          expect(rows.get(`user:${user}`) ?? 0).toBe(sum(reports.filter((one) => one.user === user)));
      }
      await meter.close();
    }),
    { numRuns: 25, seed: 7 },
  );
});
