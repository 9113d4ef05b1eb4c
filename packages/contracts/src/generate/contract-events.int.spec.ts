import { describe, expect, it } from 'vitest';
import { findPublicEvent, INTENT_TOPIC } from '../index.ts';
import { CONTRACT_EVENTS, SEED_FIELDS } from '../testing/contract-events.ts';
import { readSchemaFile } from '../testing/fixtures.ts';

type Message = {
  readonly payload: { readonly properties: object };
  readonly headers: { readonly required: string[] };
};
type Document = {
  readonly channels: Readonly<Record<string, { readonly messages: object }>>;
  readonly components: { readonly messages: Readonly<Record<string, Message>> };
};

const document = readSchemaFile('asyncapi.json') as unknown as Document;

const rows = CONTRACT_EVENTS.map((row) => {
  const [type = '', category = '', topic = '', fields = ''] = row.split('|').map((cell) => cell.trim());
  const names = fields.split(' ').filter(Boolean);
  const erasable = names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  return { type, category, topic, clear: names.filter((name) => !name.endsWith('*')), erasable };
});

/** What agents put on the bus (its section 6). */
const INTENTS = ['agent.intent.announced', 'agent.permit.redeem', 'agent.tool.reported'];

describe.each(rows)('$type', ({ type, category, topic, clear, erasable }) => {
  const schema = readSchemaFile(`/schemas/events/${type}.v1.json`) as {
    readonly properties: object;
    readonly required: readonly string[];
    readonly additionalProperties: boolean;
  };

  it('stands in its stream, on its topic and no other', () => {
    expect(findPublicEvent(type)?.category).toBe(category);
    const on = Object.keys(document.channels).filter(
      (name) => type in (document.channels[name]?.messages ?? {}),
    );
    expect(on).toEqual(topic === '-' ? [] : [topic]);
  });

  it('has the fields of the contract, the clear ones always', () => {
    expect(schema.required).toEqual(expect.arrayContaining(clear));
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(erasable));
    expect(schema.additionalProperties).toBe(false);
  });

  it('never has an erasable field in the clear', () => {
    for (const field of erasable) expect(schema.required).not.toContain(field);
    const message = document.components.messages[type];
    if (message === undefined) return;
    const inTheClear = Object.keys(message.payload.properties);
    for (const field of erasable) expect(inTheClear).not.toContain(field);
    expect(inTheClear).toEqual(expect.arrayContaining([...schema.required]));
    expect(message.headers.required.includes('ce_sealed')).toBe(
      Object.keys(schema.properties).length > inTheClear.length,
    );
  });
});

describe('the catalogue', () => {
  it('has no event that the contract does not have', () => {
    const types = rows.filter(({ topic }) => topic !== '-').map(({ type }) => type);
    expect(Object.keys(document.components.messages).sort()).toEqual([...types, ...INTENTS].sort());
    expect(Object.keys(document.channels[INTENT_TOPIC]?.messages ?? {})).toEqual(INTENTS);
  });

  it.each(Object.entries(SEED_FIELDS))('keeps the fields of %s', (type, fields) => {
    const { properties } = readSchemaFile(`/schemas/events/${type}.v1.json`);
    expect(Object.keys(properties as object)).toEqual(expect.arrayContaining(fields.split(' ')));
  });
});
