import type { SealedFields } from '@countersign/event-sourcing';
import { describe, expect, it } from 'vitest';
import { disclose } from './index.ts';
import { createRecentEvents } from './recent-events.ts';

const disclosures = [disclose('reason', 'because', 'c2FsdA')];
const sealed = (key = 'k', ciphertext = 'c'): SealedFields => ({
  key,
  ciphertext,
  digests: { reason: disclosures[0]!.digest },
});
const event = (id: string, fields = sealed(), stream = 'toolcall-1') => ({
  stream,
  sealed: fields,
  metadata: { id },
});

describe('the recent events', () => {
  it('answer for the very event that was sealed, also when it is a copy', () => {
    const recent = createRecentEvents(10, 10_000);
    recent.keep('toolcall-1', 'e1', sealed(), disclosures);
    expect(recent.find(event('e1'))).toBe(disclosures);
  });

  it.each([
    ['another id', event('e2')],
    ['another stream', event('e1', sealed(), 'toolcall-2')],
    ['another key', event('e1', sealed('k2'))],
    ['another ciphertext', event('e1', sealed('k', 'c2'))],
    ['another digest', event('e1', { ...sealed(), digests: { reason: 'x' } })],
    ['a digest more', event('e1', { ...sealed(), digests: { ...sealed().digests, more: 'x' } })],
    ['no sealed part', { stream: 'toolcall-1', metadata: { id: 'e1' } }],
  ])('know nothing of an event with %s', (_what, other) => {
    const recent = createRecentEvents(10, 10_000);
    recent.keep('toolcall-1', 'e1', sealed(), disclosures);
    expect(recent.find(other)).toBeUndefined();
  });

  it('hold no more events than their bound, the newest', () => {
    const recent = createRecentEvents(2, 10_000);
    for (const id of ['e1', 'e2', 'e3']) recent.keep('toolcall-1', id, sealed(), disclosures);
    expect(['e1', 'e2', 'e3'].map((id) => recent.find(event(id)) !== undefined)).toEqual([false, true, true]);
  });

  it('hold no more bytes than their bound, and count an event that is sealed again once', () => {
    const bytes = disclosures[0]!.encoded.length + sealed().ciphertext.length;
    const recent = createRecentEvents(10, 2 * bytes);
    for (const id of ['e1', 'e2', 'e2', 'e2']) recent.keep('toolcall-1', id, sealed(), disclosures);
    expect(recent.find(event('e1'))).toBeDefined();
    recent.keep('toolcall-1', 'e3', sealed(), disclosures);
    expect(['e1', 'e2', 'e3'].map((id) => recent.find(event(id)) !== undefined)).toEqual([false, true, true]);
    recent.keep('toolcall-1', 'e4', sealed('k', 'c'.repeat(2 * bytes)), disclosures);
    expect(recent.find(event('e4', sealed('k', 'c'.repeat(2 * bytes))))).toBeUndefined();
  });

  it('forget what was sealed under a dropped key', () => {
    const recent = createRecentEvents(10, 10_000);
    recent.keep('toolcall-1', 'e1', sealed('k1'), disclosures);
    recent.keep('toolcall-1', 'e2', sealed('k2'), disclosures);
    recent.drop(['k1']);
    expect(recent.find(event('e1', sealed('k1')))).toBeUndefined();
    expect(recent.find(event('e2', sealed('k2')))).toBeDefined();
  });
});
