import type { Principal } from '@countersign/access';
import type { RecordedEvent } from '@countersign/event-store';
import { describe, expect, it } from 'vitest';
import { startAudit } from '../testing/running-audit.ts';
import { callId, STAND_IN_TYPES } from '../testing/upstream.ts';
import { createMaySee, filterOf, storedTypesOf } from './filter.ts';

/** Lets go of everything. */
const KEEPS_NOTHING = { horizon: () => ({ before: '9999', except: new Set<string>() }) };
const KEEPS_ALL = { horizon: () => undefined };
const decidesNothing = () => false;

describe('a filter', () => {
  it('is what the query says', () => {
    expect(filterOf({})).toEqual({ types: null, subject: null });
    expect(filterOf({ types: 'a.b,c.d', subject: 'toolcall-1' })).toEqual({
      types: ['a.b', 'c.d'],
      subject: 'toolcall-1',
    });
  });

  it('wants all types but those of the trail itself, unless they are named', () => {
    const { publisher } = startAudit();
    const all = storedTypesOf(publisher, { types: null, subject: null });
    expect(all).toEqual(STAND_IN_TYPES.map((type) => `upstream:${type}`));
    const named = storedTypesOf(publisher, { types: ['audit.read', 'nothing.known'], subject: null });
    expect(named).toEqual(['audit-read.v1']);
  });
});

describe('who may see an event', () => {
  const principal = (kind: Principal['kind'], id: string, organization = 'acme'): Principal => ({
    kind,
    id,
    organization,
    keyId: 'key',
  });

  it('is everybody with the right, of their own organization', async () => {
    const { store, upstream } = startAudit();
    const [own, foreign] = [
      await upstream.append('user.registered', { id: 'acme:a' }),
      await upstream.append('user.registered', { id: 'globex:a', organization: 'globex' }),
    ];
    const sees = createMaySee(store, KEEPS_ALL, decidesNothing)(principal('user', 'olga'), true);
    expect([sees(own), sees(foreign)]).toEqual([true, false]);
    expect(createMaySee(store, KEEPS_NOTHING, decidesNothing)(principal('user', 'olga'), true)(own)).toBe(
      false,
    );
  });

  it('A-RET-1: is nobody once it was let go of: what is older than the time, and not what is of it', async () => {
    const { store, upstream } = startAudit();
    const event = await upstream.append('user.registered', { id: 'acme:a' });
    const { time } = event.metadata;
    const seen = (before: string) => {
      const board = { horizon: () => ({ before, except: new Set<string>() }) };
      return createMaySee(store, board, decidesNothing)(principal('user', 'olga'), true)(event);
    };
    const later = new Date(Date.parse(time) + 1).toISOString();
    expect([seen(time), seen(later)]).toEqual([true, false]);
  });

  it.each<[string, Principal, readonly number[]]>([
    ['the agent of the call', principal('agent', 'helper'), [1, 2]],
    ['the service that announced it', principal('service', 'runner'), [2]],
    ['an agent of the same id in another organization', principal('agent', 'helper', 'globex'), []],
    ['a user with the id of the agent', principal('user', 'helper'), []],
    ['another agent', principal('agent', 'other'), [3]],
  ])('is %s, for all events of it', async (_, reader, calls) => {
    const { store, upstream } = startAudit();
    await upstream.announced(1);
    await upstream.announced(2, { by: { kind: 'service', id: 'runner' } });
    await upstream.announced(3, { agent: 'other', by: { kind: 'agent', id: 'other' } });
    const events: RecordedEvent[] = [];
    for (const call of [1, 2, 3]) {
      events.push(await upstream.append('agent.tool.evaluated', { call }));
      events.push(await upstream.append('agent.safety.blocked', { call }));
    }
    const other = await upstream.append('user.registered', { id: 'acme:a' });
    const sees = createMaySee(store, KEEPS_ALL, decidesNothing)(reader, false);
    const seen = await Promise.all(events.map((event) => sees(event)));
    expect(seen).toEqual([1, 1, 2, 2, 3, 3].map((call) => calls.includes(call)));
    expect(await sees(other)).toBe(false);
  });

  it('is the agent for what a call of its own used, and not for what the call caused beside it', async () => {
    const { store, upstream } = startAudit();
    await upstream.announced(1);
    const book = { id: 'acme-1', call: 1 };
    const configured = await upstream.append('agent.quota.configured', book);
    const used = { ...book, change: { tool_call_id: callId(1) } };
    const reserved = await upstream.append('agent.quota.reserved', used);
    const sees = createMaySee(store, KEEPS_ALL, decidesNothing)(principal('agent', 'helper'), false);
    expect([await sees(configured), await sees(reserved)]).toEqual([false, true]);
  });

  it('is nobody before the call is announced', async () => {
    const { store, upstream } = startAudit();
    const early = await upstream.append('agent.tool.evaluated', { call: 1 });
    const sees = createMaySee(store, KEEPS_ALL, decidesNothing)(principal('agent', 'helper'), false);
    expect(await sees(early)).toBe(false);
    await upstream.announced(1);
    expect(await sees(early)).toBe(true);
  });
});
