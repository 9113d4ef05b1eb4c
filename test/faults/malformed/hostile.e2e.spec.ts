import { startStandalone } from '@countersign/testing';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { createClient, expectAnswer, keyFor, listAll } from '../client.ts';
import { registerBasics } from '../registrations.ts';

const CALLS = 400;
const SEED = Number(process.env.COUNTERSIGN_FAULT_SEED ?? 1);

const standalone = await startStandalone();
afterAll(() => standalone.kill());

/** Names and texts that have broken other programs. */
const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '',
  ' ',
  'path ',
  '$ref',
  '\u0000',
  '\u202e',
];
const hostileName = fc.oneof(fc.constantFrom(...NAMES), fc.string({ unit: 'grapheme', maxLength: 20 }));
const hostileValue = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    [],
    {},
    true,
    -0,
    1.5,
    2 ** 53 - 1,
    '\u0000',
    '\u202e',
    '../../etc/passwd',
    "' OR 1=1",
    '{{7*7}}',
  ),
  fc.jsonValue({ maxDepth: 5, stringUnit: 'grapheme' }),
);
/** Own fields under any name, `__proto__` among them. */
const hostileArguments = fc
  .array(fc.tuple(hostileName, hostileValue), { minLength: 1, maxLength: 6 })
  .map((fields) => fields.filter(([name]) => name !== 'path'))
  .map(
    (fields) =>
      `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`,
  );

it(`arguments that fit no schema are refused and recorded, whatever they hold (seed ${SEED})`, async () => {
  const owner = createClient(standalone.url, standalone.ownerKey);
  await registerBasics(owner);
  const key = await keyFor(owner, 'agent', 'helper');
  const recorded = new Set<string>();
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(hostileArguments, async (args) => {
      const response = await fetch(`${standalone.url}/v1/tool-calls`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: `{"agent_id":"helper","tool_name":"read-file","reason":"a test","arguments":${args}}`,
      });
      const { code, tool_call_id } = (await response.json()) as { code?: string; tool_call_id?: string };
      sent += 1;
      // A name twice is no JSON as Countersign reads it, and so no call.
      if (code === 'malformed_json' || code === 'invalid_request') return;
      expect([response.status, code]).toEqual([422, 'arguments_invalid']);
      recorded.add(tool_call_id!);
    }),
    { numRuns: CALLS, seed: SEED, endOnFailure: true },
  );
  const events = await listAll(owner, '/v1/events');
  const of = (type: string) =>
    new Set(events.filter((event) => event.type === type).map((event) => event.correlationid));
  expect(of('agent.safety.blocked')).toEqual(recorded);
  expect(of('agent.tool.authorized').size).toBe(0);
  expect(recorded.size).toBeGreaterThan(sent / 2);
  await expectAnswer(owner('GET', '/v1/agents/helper'), 200);
});
