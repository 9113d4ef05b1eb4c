import { type DeadLetter, type DeadLetterRecord, problem, routes } from '@countersign/contracts';
import type { ParkedEvent, ParkingLot } from '@countersign/event-store';
import { mount } from '@countersign/http';
import {
  type DeadLetters,
  deadHeader,
  isExpired,
  isParkedCause,
  type DeadLetter as Letter,
} from '@countersign/message-bus';
import type { FastifyInstance } from 'fastify';
import { parkedId } from './parked-id.ts';

/** Where letters lie, and where their subjects are parked. */
export interface DeadLetterRouteDependencies {
  readonly letters: DeadLetters;
  /** Of all services: a letter whose subject is parked there is released there. */
  readonly processors: Pick<ParkingLot, 'list'>;
  readonly clock: { nowMs(): number };
}

const NOT_FOUND = problem(
  'not_found',
  'there is no dead letter of this id; it may have been replayed or released',
);
const NO_SUCH_CURSOR = problem('invalid_request', '/query/after: is no id of a dead letter', {
  errors: [
    { pointer: '/query/after', detail: 'must be the `next` of an earlier answer, exactly as it was given' },
  ],
});
const UNREADABLE = problem('unavailable', 'the dead letters can not be read or written now; repeat later');

/** What groups have put aside on the bus: shown, and put on its topic again in order. */
export function deadLetterRoutes(
  app: FastifyInstance,
  { letters, processors, clock }: DeadLetterRouteDependencies,
): void {
  const view = viewOf(processors, clock);

  mount(app, routes.listDeadLetters, async ({ query }) => {
    const found = await letters.list(query).catch(() => undefined);
    if (found === undefined) return UNREADABLE;
    if (found === null) return NO_SUCH_CURSOR;
    const items = (await view(found.letters)).map(({ shown }) => shown);
    return { status: 200, body: { items, next: found.next } };
  });

  mount(app, routes.getDeadLetter, async ({ params }) => {
    const letter = await letters.get(params.id).catch(() => undefined);
    if (letter === undefined) return UNREADABLE;
    const [one] = await view(letter ? [letter] : []);
    return one ? { status: 200, body: withRecord(one.shown, one.letter) } : NOT_FOUND;
  });

  mount(app, routes.retryDeadLetter, async ({ params: { id } }) => {
    try {
      const letter = await letters.get(id);
      const [one] = await view(letter ? [letter] : []);
      if (!one) return NOT_FOUND;
      const { state, parked_ids } = one.shown;
      if (state !== 'refused') return { status: 200, body: { id, state, replayed: 0, parked_ids } };
      const replayed = await letters.replay(id);
      if (replayed === null) return NOT_FOUND;
      return { status: 200, body: { id, state: 'replayed', replayed, parked_ids: [] } };
    } catch {
      return UNREADABLE;
    }
  });
}

/** Letters as they are shown. What was parked and is released since is of no interest any more. */
function viewOf(
  processors: DeadLetterRouteDependencies['processors'],
  clock: DeadLetterRouteDependencies['clock'],
) {
  return async (letters: readonly Letter[]): Promise<{ letter: Letter; shown: DeadLetter }[]> => {
    const parked = letters.some(isAllParked) ? await processors.list() : [];
    return letters.flatMap((letter) => {
      const ids = isAllParked(letter) ? idsOf(letter, parked) : null;
      const state = ids ? 'parked' : isExpired(letter, clock.nowMs()) ? 'expired' : 'refused';
      return ids?.length === 0 ? [] : [{ letter, shown: shownLetter(letter, state, ids ?? []) }];
    });
  };
}

function isAllParked({ causes }: Letter): boolean {
  return causes.every(isParkedCause);
}

/** The parked subjects in which the letter's event waits. */
function idsOf(letter: Letter, parked: readonly ParkedEvent[]): string[] {
  const position = Number(deadHeader(letter, 'ce_position'));
  const groups = letter.causes.map(({ group }) => group);
  return parked
    .filter((event) => event.position === position && groups.includes(event.group))
    .map(({ group, subject }) => parkedId(group, subject));
}

function shownLetter(letter: Letter, state: DeadLetter['state'], parkedIds: readonly string[]): DeadLetter {
  const { id, topic, partition, offset, record, causes } = letter;
  return {
    id,
    topic,
    partition,
    offset,
    key: record.key && textOf(record.key),
    event_type: deadHeader(letter, 'ce_type'),
    state,
    parked_ids: parkedIds,
    errors: causes.map((cause) => ({
      consumer: cause.group,
      code: cause.code,
      message: cause.detail.slice(0, 1_000),
      attempts: cause.attempts,
      first_attempt_at: cause.firstAttemptAt,
      last_attempt_at: cause.lastAttemptAt,
    })),
  };
}

function withRecord(shown: DeadLetter, { record: { key, value, headers } }: Letter): DeadLetterRecord {
  return {
    ...shown,
    record: {
      key: key && base64(key),
      value: value && base64(value),
      headers: headers.map(([name, bytes]) => ({ name, value: base64(bytes) })),
    },
  };
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
