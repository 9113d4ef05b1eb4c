import type { JsonObject } from '@countersign/event-sourcing';
import type { RecordedEvent } from '@countersign/event-store';
import { describe, expect, it } from 'vitest';
import { createPublisher, type Publication } from './publication.ts';

const requested: Publication = {
  stored: 'tool-requested.v1',
  type: 'agent.tool.requested',
  topic: 'agent.tool',
  category: 'toolcall',
  service: 'gateway',
};
const decided: Publication = {
  ...requested,
  stored: 'decision-made.v1',
  type: 'agent.decision.made',
  data: (stored) => ({ ...stored, confidence: Number(stored.confidence) / 1000 }),
};
const read: Publication = {
  ...requested,
  stored: 'audit-read.v1',
  type: 'audit.read',
  topic: null,
  category: 'audit',
};

const event: RecordedEvent = {
  type: 'tool-requested.v1',
  stream: 'toolcall-1',
  version: 2,
  position: 17,
  data: { tool_name: 'files.read' },
  metadata: { id: 'e-1', time: '2026-11-01T10:00:00.000Z', organization: 'acme' },
};

describe('publisher', () => {
  const publisher = createPublisher([requested, decided, read]);

  it('makes one public event of a stored one', () => {
    expect(publisher.publish(event)).toStrictEqual({
      id: 'e-1',
      type: 'agent.tool.requested',
      topic: 'agent.tool',
      service: 'gateway',
      subject: 'toolcall-1',
      sequence: 2,
      position: 17,
      time: '2026-11-01T10:00:00.000Z',
      organization: 'acme',
      data: { tool_name: 'files.read' },
    });
  });

  it('carries correlation, causation, trace context and sealed fields where there are any', () => {
    const links = { correlation: 'call', causation: 'e-0', traceparent: '00-a-b-01' };
    const sealed = { key: 'k', ciphertext: 'c', digests: { reason: 'd' } };
    const message = publisher.publish({ ...event, sealed, metadata: { ...event.metadata, ...links } });
    expect(message).toMatchObject({ ...links, sealed });
  });

  it('converts data where the public form differs, and leaves the stored event alone', () => {
    const stored = { ...event, type: 'decision-made.v1', data: { confidence: 750 } };
    expect(publisher.publish(stored)?.data).toEqual({ confidence: 0.75 });
    expect(stored.data).toEqual({ confidence: 750 });
  });

  it('publishes nothing of a type that has no publication', () => {
    expect(publisher.publish({ ...event, type: 'lease-taken.v1' })).toBeNull();
  });

  it('finds stored types and categories by their public names', () => {
    expect(publisher.storedTypes(['agent.decision.made', 'unknown', 'audit.read'])).toEqual([
      'decision-made.v1',
      'audit-read.v1',
    ]);
    expect(publisher.categories(['agent.tool', 'unknown'])).toEqual(['toolcall']);
    expect(publisher.categories([])).toEqual([]);
  });

  it('publishes every version of a stored type as the one public type', () => {
    const older = { ...decided, stored: 'decision-made.v0', data: (stored: JsonObject) => stored };
    const versions = createPublisher([older, decided]);
    const confidenceOf = (type: string, confidence: number) =>
      versions.publish({ ...event, type, data: { confidence } })?.data;
    expect(confidenceOf('decision-made.v0', 0.75)).toEqual({ confidence: 0.75 });
    expect(confidenceOf('decision-made.v1', 750)).toEqual({ confidence: 0.75 });
    expect(versions.storedTypes(['agent.decision.made'])).toEqual(['decision-made.v0', 'decision-made.v1']);
  });

  it('refuses a mapping that is not one to one, and names what occurs twice', () => {
    const sameStored = { ...read, stored: requested.stored };
    const sameType = { ...read, type: decided.type };
    expect(() => createPublisher([requested, sameStored])).toThrow(/not one to one: tool-requested\.v1$/);
    expect(() => createPublisher([decided, sameType])).toThrow(/not one to one: agent\.decision\.made$/);
  });
});
