import type { RecordedEvent } from '@countersign/event-store';
import { describe, expect, it } from 'vitest';
import { streamsService } from './definitions.ts';
import { createEncodedEvents } from './encoded-events.ts';
import { encodeEvent } from './event-codec.ts';

const eventAt = (position: number, n = 0): RecordedEvent => ({
  type: 'noted.v1',
  data: { n },
  metadata: {
    id: '0192f0a0-0000-7000-8000-000000000000',
    time: '2026-11-30T08:00:00.000Z',
    organization: 'acme',
  },
  stream: 'note-1',
  version: 1,
  position,
});

describe('encoded events', () => {
  it('are what is sent of an event, and the same bytes for all', () => {
    const encoded = createEncodedEvents();
    const event = eventAt(5);
    const bytes = encoded(event);
    expect(streamsService.Read.responseSerialize(bytes)).toBe(bytes);
    expect(streamsService.Read.responseSerialize(encodeEvent(event))).toEqual(bytes);
    expect(encoded(event)).toBe(bytes);
  });

  it('are those of this very event, whatever else stands or stood at its place', () => {
    const encoded = createEncodedEvents();
    const events = [eventAt(5, 1), eventAt(5, 2), eventAt(5 + 256, 3), eventAt(5 + 512, 4)];
    for (const event of [...events, ...events])
      expect(encoded(event)).toEqual(streamsService.Read.responseSerialize(encodeEvent(event)));
  });
});
