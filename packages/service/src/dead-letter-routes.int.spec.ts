import { routes } from '@countersign/contracts';
import { createMemoryCheckpoints } from '@countersign/event-store/memory';
import { createServer } from '@countersign/http';
import type { DeadLetter, DeadLetters } from '@countersign/message-bus';
import { createLogger } from '@countersign/telemetry';
import { collectLogs, manualClock } from '@countersign/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { deadLetterRoutes } from './dead-letter-routes.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

function letter(offset: number, code: string): DeadLetter {
  const at = '2026-03-01T12:00:00.000Z';
  const bytes = (text: string) => Buffer.from(text);
  const headers = [
    ['ce_type', bytes('agent.tool.called')],
    ['ce_position', bytes(String(offset))],
  ] as const;
  return {
    id: `agent.tool-001-00000000000${offset}`,
    topic: 'agent.tool',
    partition: 1,
    offset: String(offset),
    record: { key: bytes('acme'), value: bytes('{}'), headers },
    causes: [
      {
        group: 'one.v1',
        instance: 'a',
        code,
        detail: 'no',
        attempts: 1,
        firstAttemptAt: at,
        lastAttemptAt: at,
      },
    ],
  };
}

/** A server over letters that are there, or over a bus that does not answer. */
function serving(given: readonly DeadLetter[] | null) {
  const replayed: string[] = [];
  const unreadable = () => Promise.reject(new Error('no broker answers'));
  const letters: DeadLetters = given
    ? {
        list: async ({ topic, after = '', limit }) => {
          if (after === 'unknown') return null;
          const rest = given.filter((one) => one.id > after && (topic === undefined || one.topic === topic));
          const letters = rest.slice(0, limit);
          return { letters, next: rest.length > limit ? letters.at(-1)!.id : null };
        },
        get: async (id) => given.find((one) => one.id === id) ?? null,
        replay: async (id) => replayed.push(id),
      }
    : { list: unreadable, get: unreadable, replay: unreadable };
  const processors = createMemoryCheckpoints();
  const logger = createLogger({ level: 'fatal', service: 'test', destination: collectLogs() });
  const app = createServer({
    logger,
    authenticate: (bearer) => ({ kind: 'user', id: bearer, organization: 'default', keyId: 'k' }),
    allows: (principal, permission) => principal.id === 'owner' && permission === 'operate_installation',
  });
  deadLetterRoutes(app, { letters, processors, clock: manualClock('2026-03-01T12:10:00.000Z') });
  open.push(() => app.close());
  return {
    replayed,
    processors,
    async ask(method: 'GET' | 'POST', url: string, as = 'owner') {
      const answer = await app.inject({ method, url, headers: { authorization: `Bearer ${as}` } });
      return { status: answer.statusCode, body: answer.json() };
    },
  };
}

const parked = (position: number) => ({
  group: 'one.v1',
  subject: 'toolcall-a',
  organization: 'acme',
  position,
  error: 'no',
  parkedAt: '2026-03-01T12:00:00.000Z',
  attempts: 1,
});

describe('dead letters', () => {
  it('are shown with their causes, and with their bytes one by one', async () => {
    const refused = letter(1, 'malformed_record');
    const { ask } = serving([refused]);
    const { body } = await ask('GET', '/v1/dead-letters');
    expect(routes.listDeadLetters.responses[200].safeParse(body).error).toBeUndefined();
    expect(body.items).toMatchObject([
      {
        id: refused.id,
        key: 'acme',
        event_type: 'agent.tool.called',
        state: 'refused',
        errors: [{ consumer: 'one.v1', code: 'malformed_record' }],
      },
    ]);
    const whole = await ask('GET', `/v1/dead-letters/${refused.id}`);
    expect(routes.getDeadLetter.responses[200].safeParse(whole.body).error).toBeUndefined();
    expect(Buffer.from(whole.body.record.value, 'base64').toString()).toBe('{}');
    expect((await ask('GET', '/v1/dead-letters?topic=agent.quota')).body.items).toEqual([]);
  });

  it('are replayed when they were refused', async () => {
    const refused = letter(1, 'unknown_version');
    const { ask, replayed } = serving([refused]);
    expect(await ask('POST', `/v1/dead-letters/${refused.id}/retry`)).toEqual({
      status: 200,
      body: { id: refused.id, state: 'replayed', replayed: 1, parked_ids: [] },
    });
    expect(replayed).toEqual([refused.id]);
  });

  it.each([
    ['12:04:59', 'expired', 0],
    ['12:05:01', 'refused', 1],
  ] as const)('of an intent of %s at 12:10:00 are %s: %d replayed', async (time, state, replayedCount) => {
    const bytes = (text: string) => Buffer.from(text);
    const headers = [
      ['ce_type', bytes('agent.intent.announced')],
      ['ce_time', bytes(`2026-03-01T${time}Z`)],
    ] as const;
    const other = letter(1, 'agent_disabled');
    const intent = { ...other, topic: 'agent.intents', record: { ...other.record, headers } };
    const { ask, replayed } = serving([intent]);
    expect((await ask('GET', '/v1/dead-letters')).body.items).toMatchObject([{ state }]);
    const { body } = await ask('POST', `/v1/dead-letters/${intent.id}/retry`);
    expect(body).toMatchObject({ state: replayedCount ? 'replayed' : state, replayed: replayedCount });
    expect(replayed).toHaveLength(replayedCount);
  });

  it('of a parked subject name it, and are gone when it is released', async () => {
    const letters = [letter(1, 'handler_failed'), letter(2, 'waits_behind')];
    const { ask, processors, replayed } = serving(letters);
    for (const position of [1, 2]) await processors.park(parked(position));
    const { items } = (await ask('GET', '/v1/dead-letters')).body;
    expect(items.map(({ state }: { state: string }) => state)).toEqual(['parked', 'parked']);
    const { body } = await ask('POST', `/v1/dead-letters/${letters[1]!.id}/retry`);
    expect(body).toMatchObject({ state: 'parked', replayed: 0, parked_ids: items[0].parked_ids });
    expect(replayed).toEqual([]);
    for (const position of [1, 2]) processors.release('one.v1', 'toolcall-a', position);
    expect((await ask('GET', '/v1/dead-letters')).body.items).toEqual([]);
    expect(await ask('GET', `/v1/dead-letters/${letters[0]!.id}`)).toMatchObject({ status: 404 });
  });

  it('come in pages', async () => {
    const { ask } = serving([1, 2, 3].map((offset) => letter(offset, 'malformed_record')));
    const { body: first } = await ask('GET', '/v1/dead-letters?limit=2');
    const { body: second } = await ask('GET', `/v1/dead-letters?limit=2&after=${first.next}`);
    expect([first.items.length, second.items.length, second.next]).toEqual([2, 1, null]);
    expect(await ask('GET', '/v1/dead-letters?limit=2&after=unknown')).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ pointer: '/query/after' }] },
    });
  });

  it('that can not be read are an outage, and never none', async () => {
    const { ask } = serving(null);
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/agent.tool-001-000000000001'],
      ['POST', '/agent.tool-001-000000000001/retry'],
    ] as const)
      expect(await ask(method, `/v1/dead-letters${path}`)).toMatchObject({
        status: 503,
        body: { code: 'unavailable' },
      });
  });

  it('are the installation owner’s', async () => {
    const { ask } = serving([]);
    expect(await ask('GET', '/v1/dead-letters', 'olga')).toMatchObject({ status: 403 });
    expect(await ask('GET', '/v1/dead-letters/unknown')).toMatchObject({ status: 404 });
  });
});
