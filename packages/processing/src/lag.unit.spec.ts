import { describe, expect, it } from 'vitest';
import { lagOf } from './lag.ts';

const now = Date.parse('2026-11-01T00:00:10.500Z');
const at = (position: number, time: string | null) => ({
  position: () => position,
  lastHandledTime: () => time,
});

describe('lag', () => {
  it('is nothing at the head, however long ago the last message was', () => {
    expect(lagOf(at(7, '2026-01-01T00:00:00.000Z'), 7, now)).toEqual({ events: 0, seconds: 0 });
    expect(lagOf(at(8, null), 7, now)).toEqual({ events: 0, seconds: 0 });
  });

  it('counts events, and seconds since the time of the last one handled', () => {
    expect(lagOf(at(4, '2026-11-01T00:00:08.000Z'), 7, now)).toEqual({ events: 3, seconds: 2.5 });
  });

  it('knows no age before anything was handled, and none below zero', () => {
    expect(lagOf(at(4, null), 7, now)).toEqual({ events: 3, seconds: null });
    expect(lagOf(at(4, '2026-11-01T00:00:11.000Z'), 7, now)).toEqual({ events: 3, seconds: 0 });
  });
});
