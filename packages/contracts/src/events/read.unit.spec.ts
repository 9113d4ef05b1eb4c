import { describe, expect, it } from 'vitest';
import { dataSchemaOf, readPublicEvent } from './read.ts';

const type = 'agent.tool.lapsed';
const event = {
  specversion: '1.0',
  id: '019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11',
  source: '/countersign/gateway',
  type,
  subject: 'toolcall-019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11',
  time: '2026-11-21T09:05:00.000Z',
  datacontenttype: 'application/json',
  dataschema: dataSchemaOf(type, 1),
  organization: 'default',
  sequence: 3,
  position: '17',
  partitionkey: 'default',
  data: {
    tool_call_id: '019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11',
    agent_id: 'a',
    user_id: 'u',
    tool_name: 't',
  },
};

describe('readPublicEvent', () => {
  it('hands an event on as it came', () => {
    const read = readPublicEvent(event);
    expect(read.code === 'event' && read.event).toBe(event);
  });

  it('keeps fields and extensions that it does not know', () => {
    const newer = { ...event, vendor: 'x', data: { ...event.data, added_later: { deep: 1 } } };
    expect(readPublicEvent(newer)).toEqual({ code: 'event', event: newer });
  });

  it('passes over types and versions that it does not know', () => {
    const later = { ...event, dataschema: dataSchemaOf(type, 2), data: { other: true } };
    const foreign = { ...event, type: 'agent.tool.dreamt', dataschema: dataSchemaOf('agent.tool.dreamt', 1) };
    const inherited = { ...event, type: 'constructor.name', dataschema: dataSchemaOf('constructor.name', 1) };
    for (const unknown of [later, foreign, inherited]) {
      expect(readPublicEvent(unknown)).toEqual({ code: 'unknown_type', event: unknown });
    }
  });

  it.each([
    ['nothing', null, ''],
    ['an event of another organization pattern', { ...event, organization: 'ACME' }, '/organization'],
    ['an event without a sequence', { ...event, sequence: undefined }, '/sequence'],
    ['an event before the first', { ...event, sequence: 0 }, '/sequence'],
    ['a time without milliseconds', { ...event, time: '2026-11-21T09:05:00Z' }, '/time'],
    ['another content type', { ...event, datacontenttype: 'text/plain' }, '/datacontenttype'],
    ['data that is no object', { ...event, data: [] }, '/data'],
    ['data without a field', { ...event, data: { ...event.data, agent_id: undefined } }, '/data/agent_id'],
    ['a seal without digests', { ...event, sealed: { key: 'k', ciphertext: 'YQ' } }, '/sealed/digests'],
  ])('refuses %s and says where', (_, value, pointer) => {
    const read = readPublicEvent(value);
    expect(read.code).toBe('invalid_event');
    if (read.code === 'invalid_event') expect(read.errors.map((error) => error.pointer)).toEqual([pointer]);
  });
});
