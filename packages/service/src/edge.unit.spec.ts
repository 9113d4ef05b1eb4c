import { disclose } from '@countersign/sealing';
import { manualClock, seededIds } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RETENTION, edgeMetadata, personal } from './edge.ts';

describe('metadata of a command from outside', () => {
  const clock = manualClock();
  const ids = seededIds(clock);

  it('has the edge’s time, and what the command says', () => {
    const metadata = edgeMetadata({ clock, ids }, { organization: 'acme', correlation: 'c1' });
    expect(metadata).toMatchObject({
      organization: 'acme',
      correlation: 'c1',
      time: new Date(clock.nowMs()).toISOString(),
    });
    const earlier = edgeMetadata({ clock, ids }, { organization: 'acme', time: '2026-01-01T00:00:00.000Z' });
    expect(earlier.time).toBe('2026-01-01T00:00:00.000Z');
  });

  it('gives every event an id of its own, the same each time it is asked: a retry is the same batch', () => {
    const metadata = edgeMetadata({ clock, ids }, { organization: 'acme' });
    const first = [metadata.eventId(0), metadata.eventId(1)];
    expect(new Set(first).size).toBe(2);
    // Decided again after a conflict, in whatever order the events are asked for.
    expect([metadata.eventId(1), metadata.eventId(0), metadata.eventId(2)].slice(0, 2)).toEqual(
      first.reverse(),
    );
  });

  it('shares no id with another command', () => {
    const one = edgeMetadata({ clock, ids }, { organization: 'acme' });
    const other = edgeMetadata({ clock, ids }, { organization: 'acme' });
    expect(one.eventId(0)).not.toBe(other.eventId(0));
  });
});

describe('the erasable fields of an event', () => {
  it('are whose they are, with what was given and nothing else', () => {
    const reason = disclose('reason', 'a test', 'c2FsdA');
    expect(personal('alice', reason, null)).toEqual({
      subject: 'alice',
      retention: DEFAULT_RETENTION,
      disclosures: [reason],
    });
    expect(personal('alice', null).disclosures).toEqual([]);
  });
});
