import { createSecretKey } from 'node:crypto';
import type { ToolEntry } from '@countersign/directory';
import { describe, expect, it } from 'vitest';
import { controlMessage } from '../testing/messages.ts';
import { DECLARATION } from '../testing/registration-commands.ts';
import type { Declaration } from '../tool/events.ts';
import { createShapes, createTerms } from './terms.ts';

function declared(change: Partial<Declaration>, definition_hash = 'one'): ToolEntry {
  const data = { declaration: { ...DECLARATION, ...change }, definition_hash };
  const message = controlMessage('tool.declared', { position: 1, subject: 'tool-acme:read-file', data });
  return { data: message.data as unknown as ToolEntry['data'], message, createdAt: '', withdrawn: false };
}

const terms = (change: Partial<Declaration>, args: Record<string, never> | { n: number } = {}, claims = {}) =>
  createTerms('staging')(declared(change), args, claims);

describe('the cost of a call', () => {
  it('is that of the declaration', () => {
    expect(terms({ cost_micros: 40 }).costMicros).toBe(40);
    expect(terms({ cost_micros: null, cost_from: 'args.n * 3' }, { n: 7 }).costMicros).toBe(21);
  });

  it('is the higher one where the agent names one', () => {
    expect(terms({ cost_micros: 40 }, {}, { cost_micros: 41 }).costMicros).toBe(41);
    expect(terms({ cost_micros: 40 }, {}, { cost_micros: 1 }).costMicros).toBe(40);
    expect(terms({ cost_micros: 40 }, {}, { cost_micros: 0 }).costMicros).toBe(40);
  });

  it.each([
    ['an argument that is missing', 'args.missing'],
    ['a negative number', '0 - args.n'],
    ['an expression that does not compile', 'args.n +'],
  ])('is unknown for %s, whatever the agent says', (_, cost_from) => {
    expect(terms({ cost_micros: null, cost_from }, { n: 7 }, { cost_micros: 9 }).costMicros).toBeNull();
  });
});

describe('the environment of a call', () => {
  it('is that of the declaration, else that of the installation', () => {
    expect(terms({ environment: 'test' }).environment).toBe('test');
    expect(terms({ environment: null }).environment).toBe('staging');
    const environment_from = 'args.n > 5 ? "production" : "test"';
    expect(terms({ environment: null, environment_from }, { n: 7 }).environment).toBe('production');
    expect(terms({ environment: null, environment_from }, { n: 1 }).environment).toBe('test');
  });

  it('can be made production by the agent, and nothing milder', () => {
    expect(terms({ environment: 'test' }, {}, { environment: 'production' }).environment).toBe('production');
    expect(terms({ environment: 'production' }, {}, { environment: 'test' }).environment).toBe('production');
    expect(terms({ environment: 'staging' }, {}, { environment: 'test' }).environment).toBe('staging');
  });

  it.each(['args.missing', '"Not an id"', '""'])('is unknown for %s', (environment_from) => {
    const claims = { environment: 'production' };
    expect(terms({ environment: null, environment_from }, { n: 7 }, claims).environment).toBeNull();
  });
});

it('follows a tool that is declared anew', () => {
  const read = createTerms('staging');
  expect(read(declared({ cost_micros: 1 }, 'one'), {}, {}).costMicros).toBe(1);
  expect(read(declared({ cost_micros: 2 }, 'two'), {}, {}).costMicros).toBe(2);
});

describe('the shape of arguments', () => {
  const shapeOf = createShapes(createSecretKey(Buffer.alloc(32, 1)));

  it('is that of their names, in any order and with any values', () => {
    expect(shapeOf({ a: 1, b: 2 })).toBe(shapeOf({ b: 'x', a: null }));
    expect(shapeOf({ a: 1 })).not.toBe(shapeOf({ a: 1, b: 2 }));
    expect(shapeOf({ 'a","b': 1 })).not.toBe(shapeOf({ a: 1, b: 1 }));
    expect(shapeOf({})).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('tells nothing without the key', () => {
    expect(createShapes(createSecretKey(Buffer.alloc(32, 2)))({ a: 1 })).not.toBe(shapeOf({ a: 1 }));
  });
});
