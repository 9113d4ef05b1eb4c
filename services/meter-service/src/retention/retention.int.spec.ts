import { routes } from '@countersign/contracts';
import type { JsonObject } from '@countersign/event-sourcing';
import type { AppendReceipt, EventStore, StoreError } from '@countersign/event-store';
import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import { manualClock } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { closingMeters } from '../testing/open-meters.ts';
import { startOn } from '../testing/running-meter.ts';

const opened = closingMeters();
const MINUTE = 60_000;
const kept = (traces: number | null, events: number | null = null) => ({
  counters: { traces_ingested: { retention: traces }, events_ingested: { retention: events } },
});

type Append = EventStore['append'];

function refusedWith(error: StoreError): AppendReceipt {
  return { accepted: Promise.resolve(error), durable: Promise.resolve(error) };
}

/** `through`: what stands between the service and the ledger's appends. */
async function underPlans(
  plans: Readonly<Record<string, JsonObject>>,
  through: (append: Append) => Append = (append) => append,
) {
  const ledger = createMemoryEventStore();
  const store: EventStore = {
    ...ledger,
    append: through(ledger.append),
    get acceptedPosition() {
      return ledger.acceptedPosition;
    },
    get durablePosition() {
      return ledger.durablePosition;
    },
  };
  const meter = await opened(
    startOn(store, manualClock('2026-11-21T12:00:00.000Z'), createMemoryCheckpoints(), {
      plans: new Map(Object.entries(plans)),
    }),
  );
  for (const plan of Object.keys(plans)) await meter.upstream.organization(plan, plan);
  await meter.settled();
  const flush = async (domain: string) => {
    const url = `/v1/retention/${domain}/flush`;
    const answer = await meter.app.inject({
      method: 'POST',
      url,
      headers: { authorization: 'Bearer owner' },
    });
    const body = answer.json();
    expect([answer.statusCode, routes.flushTraces.responses[200].parse(body)]).toEqual([200, body]);
    return body as { readonly status: string };
  };
  const events = async () =>
    (await meter.published('agent.control'))
      .filter(({ type }) => type.startsWith('retention.'))
      .map(({ organization, type, data }) => [
        organization,
        type,
        data.domain ?? data.hold_id,
        data.before ?? null,
      ]);
  return { meter, flush, events };
}

describe('a flush', () => {
  it('A-RET-1, A-RET-2, A-RET-7, A-RET-8: lets go of what each plan keeps no longer, in the one domain, and says so in an event', async () => {
    const { meter, flush, events } = await underPlans({
      acme: kept(60, 1_440),
      globex: kept(0),
      forever: kept(null),
      silent: { description: 'names nothing' },
    });
    await meter.upstream.organization('astray', 'of-no-catalog');
    await meter.settled();
    expect(await flush('traces')).toEqual({
      status: 'success',
      flushed: [
        { organization: 'acme', before: '2026-11-21T11:00:00.000Z' },
        { organization: 'globex', before: '2026-11-21T12:00:00.000Z' },
      ],
      held: [],
      failed: [],
    });
    expect(await flush('events')).toMatchObject({
      flushed: [{ organization: 'acme', before: '2026-11-20T12:00:00.000Z' }],
    });
    expect(await events()).toEqual([
      ['acme', 'retention.flushed', 'traces', '2026-11-21T11:00:00.000Z'],
      ['globex', 'retention.flushed', 'traces', '2026-11-21T12:00:00.000Z'],
      ['acme', 'retention.flushed', 'events', '2026-11-20T12:00:00.000Z'],
    ]);
    await flush('traces');
    // A longer window brings nothing back, and lets go of nothing more.
    await meter.put('/v1/plans/acme', kept(44_640));
    await flush('traces');
    expect(await events()).toHaveLength(3);
  });

  it('A-RET-2: is one at a time, each domain by itself', async () => {
    const { flush } = await underPlans({ acme: kept(60, 60) });
    const answers = await Promise.all([flush('traces'), flush('traces'), flush('events')]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['skipped', 'success', 'success']);
  });

  it('comes every half hour by itself', async () => {
    const { meter, events } = await underPlans({ acme: kept(60, 60) });
    await meter.expire();
    expect(await events()).toEqual([]);
    meter.clock.advance(7 * MINUTE);
    await meter.expire();
    meter.clock.advance(23 * MINUTE);
    await meter.expire();
    await meter.expire();
    expect((await events()).map(([, , domain, before]) => [domain, before])).toEqual([
      ['events', '2026-11-21T11:07:00.000Z'],
      ['traces', '2026-11-21T11:30:00.000Z'],
    ]);
  });

  it('A-RET-4: that fails for one organization stops no other, is named in the answer and the log, and is made up for', async () => {
    const faults = new Map<string, () => AppendReceipt>([
      ['retention-acme', () => refusedWith({ code: 'StoreUnavailable', reason: 'failed', detail: 'EIO' })],
      [
        'retention-globex',
        () => {
          throw new TypeError('a defect');
        },
      ],
    ]);
    const { meter, flush, events } = await underPlans(
      { acme: kept(60, 60), globex: kept(60, 60), initech: kept(60, 60) },
      (append) =>
        (stream, ...rest) =>
          faults.get(stream)?.() ?? append(stream, ...rest),
    );
    expect(await flush('traces')).toEqual({
      status: 'failed',
      flushed: [{ organization: 'initech', before: '2026-11-21T11:00:00.000Z' }],
      held: [],
      failed: [
        { organization: 'acme', detail: expect.stringContaining('EIO') },
        { organization: 'globex', detail: expect.stringContaining('a defect') },
      ],
    });
    meter.clock.advance(7 * MINUTE);
    await meter.expire();
    expect((await events()).map(([organization, , domain]) => [organization, domain])).toEqual([
      ['initech', 'traces'],
      ['initech', 'events'],
    ]);
    const logged = meter.logs().flatMap(({ failed }) => (failed ? [failed] : []));
    expect(logged).toEqual([
      [
        expect.objectContaining({ organization: 'acme' }),
        expect.objectContaining({ organization: 'globex' }),
      ],
    ]);
    faults.clear();
    expect(await flush('traces')).toMatchObject({ status: 'success', failed: [] });
    expect((await events()).map(([organization]) => organization).sort()).toEqual([
      'acme',
      'globex',
      'initech',
      'initech',
      'initech',
    ]);
  });

  it('A-RET-5: is not begun where the ledger can not say whether another one is under way', async () => {
    const { meter, events } = await underPlans(
      { acme: kept(60, 60) },
      (append) =>
        (stream, ...rest) =>
          stream.startsWith('flushrun-')
            ? refusedWith({ code: 'StoreUnavailable', reason: 'failed', detail: 'EIO' })
            : append(stream, ...rest),
    );
    for (const url of ['/v1/retention/traces/flush', '/admin/spans/flush', '/admin/events/flush']) {
      const headers = { authorization: 'Bearer owner' };
      const answer = await meter.app.inject({ method: 'POST', url, headers });
      expect([answer.statusCode, answer.json().code]).toEqual([503, 'unavailable']);
    }
    expect(await events()).toEqual([]);
  });

  it("is the installation owner's alone", async () => {
    const { meter } = await underPlans({ acme: kept(60) });
    const headers = { authorization: 'Bearer reader' };
    const answer = await meter.app.inject({ method: 'POST', url: '/v1/retention/traces/flush', headers });
    expect(answer.statusCode).toBe(403);
  });
});

describe('a legal hold', () => {
  it('A-RET-9: keeps everything of its organization, or what one person did, until it is lifted', async () => {
    const { meter, flush } = await underPlans({ acme: kept(60, 60), globex: kept(60) });
    const hold = (id: string, body: JsonObject) => meter.put(`/v1/legal-holds/${id}`, body);
    const first = await hold('all', { reason: 'Case 17' });
    expect([first.status, routes.putLegalHold.responses[201].parse(first.body)]).toEqual([201, first.body]);
    expect((await hold('all', { reason: 'Case 17' })).status).toBe(200);
    expect((await hold('all', { subject: 'ann', reason: 'Case 18' })).body.code).toBe('already_exists');
    expect(await flush('traces')).toMatchObject({ held: ['acme'], flushed: [{ organization: 'globex' }] });
    const lift = (id: string) =>
      meter.app.inject({
        method: 'DELETE',
        url: `/v1/legal-holds/${id}`,
        headers: { authorization: 'Bearer owner' },
      });
    expect([(await lift('all')).statusCode, (await lift('all')).statusCode]).toEqual([204, 404]);

    await hold('one', { subject: 'ann', reason: 'Case 18' });
    const { body } = await meter.get('/v1/legal-holds', 'owner');
    expect(body.items).toMatchObject([{ id: 'one', subject: 'ann', reason: 'Case 18' }]);
    await flush('traces');
    // An event may tell of several people.
    expect(await flush('events')).toMatchObject({ held: ['acme'] });
    const flushed = (await meter.published('agent.control')).filter(
      ({ type }) => type === 'retention.flushed',
    );
    expect(flushed.at(-1)).toMatchObject({ organization: 'acme', data: { except: ['ann'] } });
    expect(JSON.stringify(await meter.published('agent.control'))).not.toContain('Case 18');
  });
});
