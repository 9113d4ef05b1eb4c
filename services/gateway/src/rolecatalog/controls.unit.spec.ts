import { createDirectory, createPlanCatalog } from '@countersign/directory';
import type { JsonObject } from '@countersign/event-sourcing';
import type { Message } from '@countersign/message-bus';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { controlsOf, createControlsAt } from './controls.ts';

type Told = readonly [type: string, subject: string, data: JsonObject];

const by = fc.constantFrom({ kind: 'user', id: 'olga' }, { kind: 'system', id: 'countersign' });
const slug = fc.constantFrom('team', 'large', 'small');
const entry = fc.constantFrom<JsonObject>(
  { description: 'one' },
  { flags: { sso: true } },
  { counters: { tool_calls: { limit: 3 } } },
  // Of a grammar that there was once.
  { counters: { gone: {} } },
);
const told: fc.Arbitrary<Told> = fc.oneof(
  fc
    .tuple(slug, entry, by)
    .map(([named, plan, who]): Told => ['plan.published', `plan-${named}`, { slug: named, plan, by: who }]),
  fc.subarray(['team', 'large', 'small']).map((plans): Told => {
    const data = { source: 'env', default_plan: 'team', plans, hash: 'sha256:0' };
    return ['plan.catalog.applied', 'plancatalog-installation', data];
  }),
  fc.constantFrom('read', 'read_audit').map((permission): Told => {
    const roles = { organization: [{ role: 'one', permissions: [permission] }], workspace: [], project: [] };
    return ['role.catalog.applied', 'rolecatalog-installation', { source: 'api', roles }];
  }),
  fc.constant<Told>(['user.changed', 'user-acme:ann', { user_id: 'ann', roles: [] }]),
);

function messagesOf(history: readonly Told[]): Message[] {
  const sequences = new Map<string, number>();
  return history.map(([type, subject, data], index) => {
    const sequence = (sequences.get(subject) ?? 0) + 1;
    sequences.set(subject, sequence);
    const place = { type, subject, sequence, data, position: 10 * (index + 1) };
    const message = { id: `${index}`, time: '2026-11-21T12:00:00.000Z', organization: 'default', ...place };
    return message as unknown as Message;
  });
}

function foldOf(messages: readonly Message[]) {
  const known = { directory: createDirectory(), plans: createPlanCatalog() };
  for (const message of messages) {
    known.directory.apply(message);
    known.plans.apply(message);
  }
  return known;
}

it('what was in force at a position is what a fold of everything up to it says, for few reads', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(told, { maxLength: 40 }), async (history) => {
      const messages = messagesOf(history);
      let reads = 0;
      const reread = async (subject: string, sequence: number) => {
        reads += 1;
        return messages.find((one) => one.subject === subject && one.sequence === sequence) ?? null;
      };
      const controlsAt = createControlsAt({ reread }, foldOf(messages));
      for (const at of [0, 5, 10, 105, 200, 10 * messages.length, 1_000]) {
        const { directory, plans } = foldOf(messages.filter(({ position }) => position <= at));
        reads = 0;
        expect(await controlsAt(at)).toEqual(controlsOf(directory, plans));
        const unreadable = messages.filter(({ data }) => JSON.stringify(data).includes('gone')).length;
        // Five streams, each halved; and what can not be read is passed over.
        expect(reads).toBeLessThanOrEqual(5 * Math.ceil(Math.log2(messages.length + 1)) + unreadable + 5);
      }
    }),
    { numRuns: 200, seed: 3 },
  );
});

it('what has not changed since is not read at all', async () => {
  const plans = Array.from({ length: 3_000 }, (_, index): Told => {
    const named = `plan-${index}`;
    return [
      'plan.published',
      `plan-${named}`,
      { slug: named, plan: { description: named }, by: { kind: 'user', id: 'olga' } },
    ];
  });
  const messages = messagesOf(plans);
  const reread = async () => {
    throw new Error('nothing is to be read');
  };
  const controlsAt = createControlsAt({ reread }, foldOf(messages));
  expect((await controlsAt(30_000)).controls.plans.size).toBe(3_000);
  expect((await controlsAt(15_000)).controls.plans.size).toBe(1_500);
  expect((await controlsAt(0)).controls.plans.size).toBe(0);
});
