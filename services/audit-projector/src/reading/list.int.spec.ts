import { type CloudEvent, cloudEvent } from '@countersign/contracts';
import type { EventStore } from '@countersign/event-store';
import { readAll } from '@countersign/event-store';
import { PAGE_BYTES } from '@countersign/service';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replaced } from '../testing/replaced.ts';
import { type RunningAudit, startAudit } from '../testing/running-audit.ts';
import { callId, STAND_IN_TYPES, type StandInType } from '../testing/upstream.ts';

/** Positions of the durable events that satisfy a test, read from the ledger itself. */
async function positions(
  { store, publisher }: RunningAudit,
  wanted: (event: { type: string; subject: string; organization: string }) => boolean,
): Promise<string[]> {
  const found: string[] = [];
  for await (const { events } of readAll(store)) {
    for (const event of events) {
      const message = publisher.publish(event);
      if (message && wanted(message)) found.push(String(message.position));
    }
  }
  return found;
}

const positionsOf = (pages: readonly (readonly CloudEvent[])[]) =>
  pages.flat().map(({ position }) => position);

const happening = fc.record({
  type: fc.constantFrom<StandInType>(...STAND_IN_TYPES),
  organization: fc.constantFrom('acme', 'acme', 'globex'),
  call: fc.integer({ min: 1, max: 4 }),
  sealed: fc.boolean(),
});

/** Calls of one organization keep to it: a stream is one organization's. */
const inItsOwn = ({ call, organization }: { call: number; organization: string }) =>
  organization === 'acme' ? call : call + 10;

describe('pages', () => {
  it('put together are all events of the organization in order, for any filter and limit', async () => {
    const filters = fc.record({
      types: fc.option(fc.subarray(STAND_IN_TYPES, { minLength: 1 })),
      call: fc.option(fc.integer({ min: 1, max: 4 })),
      limit: fc.integer({ min: 1, max: 7 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 25 }), filters, async (history, filter) => {
        const running = startAudit();
        for (const one of history) {
          const { type, organization, sealed } = one;
          const call = inItsOwn(one);
          const isOfCall = type.startsWith('agent.');
          const place = isOfCall ? { call } : { id: `${organization}:${call}` };
          await running.upstream.append(type, { organization, ...place, ...(sealed ? { text: 'why' } : {}) });
        }
        const { types, call, limit } = filter;
        const subject = call === null ? null : `toolcall-${callId(call)}`;
        const expected = await positions(
          running,
          (event) =>
            event.organization === 'acme' &&
            (types === null || types.includes(event.type as StandInType)) &&
            (subject === null || event.subject === subject),
        );
        const query = [
          ...(types === null ? [] : [`types=${types.join(',')}`]),
          ...(subject === null ? [] : [`subject=${subject}`]),
        ].join('&');
        const pages = await running.pages(query, limit);
        expect(positionsOf(pages)).toEqual(expected);
        expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('go on over thousands of events, of the ledger and of one stream', async () => {
    const running = startAudit();
    const events = Array.from({ length: 2_500 }, (_, index) => ({
      type: 'upstream:agent.tool.evaluated',
      data: {},
      metadata: { id: `e${index}`, time: '2026-11-21T12:00:00.000Z', organization: 'acme' },
    }));
    await running.store.append('evaluation-a', 'no-stream', events.slice(0, 1_500)).durable;
    await running.store.append('evaluation-b', 'no-stream', events.slice(1_500)).durable;
    for (const query of ['', 'subject=evaluation-a']) {
      const expected = await positions(running, ({ subject }) =>
        query === '' ? subject.startsWith('evaluation') : subject === 'evaluation-a',
      );
      expect(positionsOf(await running.pages(query, 999))).toEqual(expected);
    }
  });

  it('are shorter where events are large, and together all of them in order', async () => {
    const sizes = fc.array(fc.constantFrom(0, 0, 900, 30_000, 400_000, 500_000), {
      minLength: 1,
      maxLength: 14,
    });
    const filters = fc.constantFrom('', `subject=toolcall-${callId(1)}`);
    await fc.assert(
      fc.asyncProperty(sizes, filters, fc.integer({ min: 1, max: 12 }), async (texts, filter, limit) => {
        const running = startAudit();
        for (const size of texts)
          await running.upstream.append('agent.decision.made', {
            call: 1,
            ...(size === 0 ? {} : { text: 'x'.repeat(size) }),
          });
        const pages = await running.pages(filter, limit);
        expect(positionsOf(pages)).toEqual(
          await positions(running, ({ subject }) => subject.startsWith('toolcall')),
        );
        const lengths = pages.map((page) => page.map((event) => JSON.stringify(event).length));
        for (const [at, page] of lengths.entries()) {
          const beforeLast = page.slice(0, -1).reduce((sum, length) => sum + length, 0);
          expect(beforeLast).toBeLessThan(PAGE_BYTES);
          const isLast = at === lengths.length - 1;
          if (!isLast && page.length < limit)
            expect(beforeLast + (page.at(-1) ?? 0)).toBeGreaterThanOrEqual(PAGE_BYTES);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('hold a bounded part of the ledger while they are made', async () => {
    const largest: number[] = [];
    const spy = (store: EventStore): EventStore =>
      replaced(store, 'readPage', () => async (options) => {
        const page = await store.readPage(options);
        largest.push(JSON.stringify(page.events).length);
        return page;
      });
    const running = startAudit(spy);
    for (let call = 1; call <= 12; call += 1)
      await running.upstream.append('agent.decision.made', { call, text: 'x'.repeat(500_000) });
    await running.pages('', 1_000);
    expect(Math.max(...largest)).toBeLessThan(PAGE_BYTES + 1_000_000);
  });

  it('look at a bounded part of the ledger each, and say where to go on', async () => {
    const running = startAudit();
    const metadata = { time: '2026-11-21T12:00:00.000Z', organization: 'acme' };
    const others = Array.from({ length: 21_000 }, (_, index) => ({
      type: 'upstream:user.registered',
      data: {},
      metadata: { ...metadata, id: `e${index}` },
    }));
    await running.store.append('user-acme:many', 'no-stream', others).durable;
    await running.upstream.announced(1);
    const first = await running.get('/v1/events?after=0', 'agent:helper@acme');
    expect(first).toMatchObject({ status: 200, body: { items: [], next: '20000' } });
    expect(positionsOf(await running.pages('', 100, 'agent:helper@acme'))).toEqual(['21001', '21002']);
  });

  it('read one long stream from the middle without its beginning', async () => {
    const reads: (number | undefined)[] = [];
    const spy = (store: EventStore): EventStore =>
      replaced(store, 'read', () => (stream, options) => {
        if (stream === 'evaluation-a') reads.push(options?.limit);
        return store.read(stream, options);
      });
    const running = startAudit(spy);
    const metadata = { time: '2026-11-21T12:00:00.000Z', organization: 'acme' };
    const events = Array.from({ length: 1_000 }, (_, index) => ({
      type: 'upstream:agent.tool.evaluated',
      data: {},
      metadata: { ...metadata, id: `e${index}` },
    }));
    await running.store.append('evaluation-a', 'no-stream', events).durable;
    const { body } = await running.get('/v1/events?after=990&subject=evaluation-a');
    expect(body.items).toHaveLength(10);
    expect(reads.filter((limit) => limit === 1).length).toBeLessThan(25);
    expect(reads.filter((limit) => limit !== 1).length).toBeLessThanOrEqual(2);
  });
});

describe('events', () => {
  it('are those of the contract, opened', async () => {
    const running = startAudit();
    await running.upstream.append('agent.decision.made', { call: 1, text: 'thought' });
    const { body } = await running.get('/v1/events');
    const [event] = body.items ?? [];
    expect(cloudEvent.safeParse(event).error).toBeUndefined();
    expect(event).toMatchObject({ type: 'agent.decision.made', data: { reasoning: 'thought' } });
    expect(event).not.toHaveProperty('sealed');
  });

  it('show what has been erased as erased', async () => {
    const running = startAudit();
    await running.upstream.append('agent.decision.made', { call: 1, text: 'thought' });
    await running.vault.destroy({ organization: 'acme' });
    const { body } = await running.get('/v1/events');
    expect(body.items?.[0]?.data).toMatchObject({ reasoning: { erased: true } });
  });

  it('are not handed out without their text because the key vault does not answer', async () => {
    const running = startAudit();
    await running.upstream.append('agent.decision.made', { call: 1, text: 'thought' });
    await running.vault.close();
    expect(await running.get('/v1/events')).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(await running.reads()).toEqual([]);
  });

  it('are those of the own organization alone, by every way to ask', async () => {
    const running = startAudit();
    await running.upstream.announced(1, { organization: 'globex' });
    await running.upstream.append('user.registered', { organization: 'globex', id: 'globex:gina' });
    for (const query of [
      '',
      `?subject=toolcall-${callId(1)}`,
      '?types=user.registered',
      '?subject=user-globex:gina',
    ]) {
      expect((await running.get(`/v1/events${query}`)).body).toEqual({ items: [], next: null });
    }
  });

  it('of own calls are shown to agents and services, to people without the right none', async () => {
    const running = startAudit();
    await running.upstream.announced(1);
    await running.upstream.announced(2, { agent: 'other', by: { kind: 'service', id: 'runner' } });
    const subjects = async (as: string) => {
      const { body } = await running.get('/v1/events', as);
      return [...new Set(body.items?.map(({ subject }) => subject))];
    };
    expect(await subjects('agent:helper@acme')).toEqual([`toolcall-${callId(1)}`]);
    expect(await subjects('service:runner@acme')).toEqual([`toolcall-${callId(2)}`]);
    expect(await running.get('/v1/events', 'user:vic@acme')).toMatchObject({
      status: 403,
      body: { required_permission: 'read_audit' },
    });
  });

  it('are asked for by good positions only', async () => {
    const running = startAudit();
    const refused = await running.get('/v1/events?after=9.5');
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer: '/query/after' }] } });
    const beyond = await running.get('/v1/events?after=99');
    expect(beyond).toMatchObject({ status: 400, body: { errors: [{ pointer: '/query/after' }] } });
    expect(await running.reads()).toEqual([]);
    await running.upstream.append('agent.tool.evaluated', { call: 1 });
    expect((await running.get('/v1/events?after=1')).body).toEqual({ items: [], next: null });
  });
});

describe('a filter of types that there are not', () => {
  it('is refused with their names, and recorded nowhere', async () => {
    const running = startAudit();
    await running.upstream.announced(1);
    const types = 'types=agent.tool.requested,the.patient.has,no.such_type';
    for (const url of [`/v1/events?${types}`, `/v1/events/stream?${types}`]) {
      const refused = await running.get(url);
      expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer: '/query/types' }] } });
      expect(JSON.stringify(refused.body)).toContain('is no event type: the.patient.has, no.such_type;');
    }
    expect(await running.reads()).toEqual([]);
  });
});

describe('a reading', () => {
  it('is recorded, with who, what and how much, before it is answered', async () => {
    const running = startAudit();
    await running.upstream.announced(1);
    await running.get('/v1/events?limit=1&types=agent.decision.made');
    await running.get(`/v1/events?after=1&subject=toolcall-${callId(1)}`, 'agent:helper@acme');
    expect(await running.reads()).toEqual([
      {
        by: { kind: 'user', id: 'olga' },
        what: 'events',
        filter: { types: ['agent.decision.made'], subject: null, after: null },
        count: 1,
      },
      {
        by: { kind: 'agent', id: 'helper' },
        what: 'events',
        filter: { types: null, subject: `toolcall-${callId(1)}`, after: '1' },
        count: 1,
      },
    ]);
  });

  it('is in no page that does not name it, and in those that do', async () => {
    const running = startAudit();
    await running.get('/v1/events');
    expect((await running.get('/v1/events')).body.items).toEqual([]);
    const { body } = await running.get('/v1/events?types=audit.read');
    expect(body.items?.map(({ type, subject }) => `${type} ${subject}`)).toEqual([
      'audit.read audit-acme-20261121',
      'audit.read audit-acme-20261121',
    ]);
    expect(body.items?.every((event) => cloudEvent.safeParse(event).success)).toBe(true);
  });

  it('that can not be recorded is refused', async () => {
    const error = { code: 'StoreUnavailable', reason: 'overloaded', detail: 'full' } as const;
    const refused = { accepted: Promise.resolve(error), durable: Promise.resolve(error) };
    const full = (store: EventStore): EventStore => replaced(store, 'append', () => () => refused);
    const running = startAudit(full);
    await running.upstream.announced(1);
    expect(await running.get('/v1/events')).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  });
});
