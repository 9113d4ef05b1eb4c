import { expect, it } from 'vitest';
import { type RetentionCommand, retention } from './decide.ts';
import type { RetentionEvent } from './events.ts';

const by = { kind: 'user', id: 'ops' } as const;

/** What is decided after these commands. */
function decided(commands: readonly RetentionCommand[]): unknown {
  let state = retention.initial;
  let last: unknown;
  for (const command of commands) {
    const result = retention.decide(command, state);
    last = result;
    if (Array.isArray(result)) state = (result as RetentionEvent[]).reduce(retention.evolve, state);
  }
  return last;
}

it.each(['constructor', '__proto__', 'toString'])('a hold may be named %s', (id) => {
  const lift: RetentionCommand = { kind: 'lift', id, by };
  const hold = (subject: string | null): RetentionCommand => ({
    kind: 'hold',
    hold: { hold_id: id, subject, by },
    personal: { subject: 'ops', retention: 'default', disclosures: [] },
  });
  const flush: RetentionCommand = {
    kind: 'flush',
    domain: 'traces',
    before: '2026-11-21T11:00:00.000Z',
    minutes: 60,
    plan: 'acme',
    by,
  };
  expect(decided([lift])).toMatchObject({ rejected: 'not_found' });
  expect(decided([hold(null)])).toMatchObject([{ type: 'retention-held.v1', data: { hold_id: id } }]);
  expect(decided([hold(null), hold(null)])).toEqual([]);
  expect(decided([hold(null), hold('ann')])).toMatchObject({ rejected: 'already_exists' });
  expect(decided([hold(null), flush])).toMatchObject({ rejected: 'held' });
  expect(decided([hold(null), lift])).toMatchObject([
    { type: 'retention-lifted.v1', data: { subject: null } },
  ]);
  expect(decided([hold(null), lift, flush])).toMatchObject([{ type: 'retention-flushed.v1' }]);
});
