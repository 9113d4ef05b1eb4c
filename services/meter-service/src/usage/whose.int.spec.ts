import type { JsonObject } from '@countersign/event-sourcing';
import { describe, expect, it } from 'vitest';
import { joined } from '../testing/joined.ts';
import { closingMeters } from '../testing/open-meters.ts';
import { startMeter } from '../testing/running-meter.ts';

const opened = closingMeters();

async function underPlan(plan: JsonObject) {
  return joined(await opened(startMeter({ plans: new Map([['team', plan]]) })));
}

const evaluations = (more: JsonObject = {}) => ({
  counters: { evaluations_run: { limit: 5, strict: true, period: 'monthly', ...more } },
});

describe('whose usage', () => {
  // Agenta's PR-07: a limit by a scope that nobody had named let everything through.
  it('A-MTR-5: has to be said where the plan limits by it, of a report as of a check', async () => {
    const { meter, check } = await underPlan({
      counters: {
        evaluations_run: { limit: 5, strict: true, scope: 'project_user' },
        credits_consumed: { limit: 5, strict: true, scope: 'user' },
        traces_ingested: { limit: 5, strict: true, scope: 'workspace' },
      },
    });
    const missing = async (key: string, whose: JsonObject = {}, as = 'crawler') => {
      const answers = [
        await check({ key, ...whose }, as),
        await meter.post('/v1/usage', { key, amount: 1, ...whose }, as),
      ];
      const [checked, reported] = answers.map(({ status, body }) => [
        status,
        ...((body.errors ?? []) as JsonObject[]).map(({ pointer }) => pointer),
      ]);
      expect(checked).toEqual(reported);
      return reported;
    };
    expect(await missing('evaluations_run')).toEqual([400, '/user', '/project']);
    expect(await missing('evaluations_run', { user: 'ann' })).toEqual([400, '/project']);
    expect(await missing('evaluations_run', { user: 'ann', project: 'web' })).toEqual([200]);
    expect(await missing('evaluations_run', {}, 'bot')).toEqual([200]);
    expect(await missing('credits_consumed')).toEqual([400, '/user']);
    expect(await missing('traces_ingested')).toEqual([400, '/project']);
  });

  it('A-MTR-8: is one of a person in each project where the plan counts by project_user, and shown so', async () => {
    const { meter, says, report } = await underPlan(evaluations({ scope: 'project_user' }));
    const web = { user: 'ann', project: 'web' };
    const app = { user: 'ann', project: 'app' };
    expect((await report(5, web)).body).toMatchObject({
      meters: [{ scope: 'project_user:web:ann', used: 5, limit: 5 }],
    });
    expect((await report(1, web)).body).toMatchObject({ code: 'over_quota', scope: 'project_user:web:ann' });
    expect((await report(2, app)).status).toBe(200);
    expect(await says({ key: 'evaluations_run', ...web })).toEqual([false, 'over_quota']);
    expect(await says({ key: 'evaluations_run', ...app, amount: 3 })).toEqual([true, null]);
    const shown = async (query: string) =>
      (await meter.meters(query)).map(({ scope, used }) => [scope, used]);
    expect(await shown('?scope=project_user')).toEqual([
      ['project_user:app:ann', 2],
      ['project_user:web:ann', 5],
    ]);
    expect(await shown('?scope=project_user:web')).toEqual([['project_user:web:ann', 5]]);
    expect(await shown('?scope=project_user:app:ann')).toEqual([['project_user:app:ann', 2]]);
    expect(await shown('?rollup=true')).toEqual([['organization:acme', 7]]);
    expect(await meter.get('/v1/meters?scope=project_user:web:ann:x')).toMatchObject({ status: 400 });
  });

  it('of an agent is its owner and its project alone, and nobody where it is not known', async () => {
    const { meter, check } = await underPlan(evaluations({ scope: 'project_user' }));
    const answers = async (whose: JsonObject, as = 'bot') => {
      const [checked, reported] = [
        await check({ key: 'evaluations_run', ...whose }, as),
        await meter.post('/v1/usage', { key: 'evaluations_run', amount: 1, ...whose }, as),
      ];
      return [checked.body.code ?? checked.status, reported.body.code ?? reported.status];
    };
    expect(await answers({ project: 'nobody-knows-1' })).toEqual(['forbidden', 'forbidden']);
    expect(await answers({ project: 'app' })).toEqual(['forbidden', 'forbidden']);
    expect(await answers({ user: 'eve' })).toEqual(['forbidden', 'forbidden']);
    expect(await answers({ user: 'ann', project: 'web' })).toEqual([200, 200]);
    expect(await answers({ user: 'ann', project: 'web' }, 'unborn')).toEqual(['unavailable', 'unavailable']);
    expect(await meter.meters('?scope=project_user')).toMatchObject([
      { scope: 'project_user:web:ann', used: 1 },
    ]);
  });

  it('is shown to who has a right to it', async () => {
    const { meter, check } = await underPlan(evaluations({ scope: 'user' }));
    await meter.upstream.user('eve');
    await meter.settled();
    const status = async (whose: JsonObject) =>
      (await check({ key: 'evaluations_run', ...whose }, 'eve')).status;
    expect(await status({ user: 'ann' })).toBe(403);
    expect(await status({ project: 'web' })).toBe(403);
    expect(await status({ user: 'eve' })).toBe(200);
    expect(await status({})).toBe(200);
    expect((await check({ key: 'evaluations_run', user: 'ann' }, 'crawler')).status).toBe(200);
  });

  it('A-MTR-6, A-MTR-7, A-MTR-9: is said by its names alone, and by no row, period or organization', async () => {
    const { meter, report } = await underPlan(evaluations());
    for (const more of [
      { meter_id: '2f037cd1-abc7-5c8f-a289-c56961e9a834' },
      { organization_id: 'globex' },
      { scope: 'organization:globex' },
      { period: 'daily' },
      { year: 2026, month: 2, day: 30 },
    ]) {
      const errors = Object.keys(more).map((field) => ({ pointer: `/${field}` }));
      expect(await report(1, more)).toMatchObject({ status: 400, body: { errors } });
    }
    expect(await meter.meters()).toMatchObject([{ used: 0 }]);
  });
});
