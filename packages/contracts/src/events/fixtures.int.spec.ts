import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { cloudEvent, erasableFields, findPublicEvent, publicEvents, readPublicEvent } from '../index.ts';
import { readFixtures, readSchemaFile } from '../testing/fixtures.ts';
import { mutationsOf } from '../testing/mutations.ts';

const fixtures = readFixtures();
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, formats: { 'date-time': true } });

/** Fields that hold JSON of arbitrary content. */
const OPAQUE = ['input_schema', 'arguments', 'result'];

function definitionOf(type: string) {
  const definition = findPublicEvent(type);
  if (definition === undefined) throw new Error(`${type} is no public event`);
  return definition;
}

describe.each(fixtures)('$file', ({ type, version, form, event }) => {
  const definition = definitionOf(type);
  const validate = ajv.getSchema(event.dataschema) ?? ajv.compile(readSchemaFile(event.dataschema));

  it('is an event of its type and version, on its place', () => {
    expect(event.type).toBe(type);
    expect(event.dataschema).toBe(`/schemas/events/${type}.v${version}.json`);
    expect(event.source).toBe(`/countersign/${definition.service}`);
    expect(event.subject.split('-', 1)[0]).toBe(definition.category);
    expect(cloudEvent.safeParse(event).error).toBeUndefined();
  });

  it('is read, and handed on as it is', () => {
    const read = readPublicEvent(event);
    expect(read).toEqual({ code: 'event', event });
  });

  it('has data that its JSON Schema takes', () => {
    validate(event.data);
    expect(validate.errors ?? []).toEqual([]);
  });

  if (form === 'opened' || form === 'erased') {
    it('shows every erasable field in place', () => {
      expect(event.sealed).toBeUndefined();
      for (const field of erasableFields(definition)) expect(event.data).toHaveProperty(field);
    });
    return;
  }

  it('seals exactly the erasable fields', () => {
    expect(Object.keys(event.sealed?.digests ?? {}).sort()).toEqual([...erasableFields(definition)].sort());
  });

  it('has clear data that is closed', () => {
    expect(definition.data.safeParse(event.data).error).toBeUndefined();
  });

  it('is refused by zod and by the JSON Schema alike when one place is spoiled', () => {
    const mutations = mutationsOf(event.data, OPAQUE);
    const verdicts = mutations.map(({ pointer, value }) => ({
      pointer,
      zod: definition.data.safeParse(value).success,
      jsonSchema: validate(value),
    }));
    expect(verdicts.filter(({ zod, jsonSchema }) => zod !== jsonSchema)).toEqual([]);
    for (const name of Object.keys(event.data)) {
      const atField = verdicts.filter(({ pointer }) => pointer.startsWith(`/${name} =`));
      const refused = atField.filter(({ zod }) => !zod).length;
      if (!OPAQUE.includes(name)) expect(refused, name).toBeGreaterThan(atField.length / 2);
    }
    expect(verdicts.filter(({ pointer, zod }) => pointer.endsWith('+intruder') && zod)).toEqual([]);
  });
});

describe('fixtures', () => {
  it('exist for every type, sealed where the type has erasable fields', () => {
    const has = (type: string, form?: string) =>
      fixtures.some((fixture) => fixture.type === type && (form === undefined || fixture.form === form));
    const bare = Object.values(publicEvents).filter(
      (definition) => !has(definition.type, erasableFields(definition).length > 0 ? 'sealed' : undefined),
    );
    expect(bare.map(({ type }) => type)).toEqual([]);
  });
});
