import type { ToolRequested } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import type { Projection, ViewRow } from '@countersign/processing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMessages } from '../testing/messages.ts';
import { createContextFacts } from './context.ts';
import { createDays, createPatterns, createUses } from './projections.ts';

const DAY_MS = 86_400_000;
/** A few seconds before midnight in UTC, which is a day elsewhere. */
const START = Date.parse('2026-11-21T23:59:50.000Z');

/** Something that happened to one call of one user, agent, tool and shape of arguments. */
interface Happening {
  readonly kind: 'requested' | 'redeemed' | 'succeeded' | 'failed' | 'unauthorized' | 'not-executed';
  readonly user: string;
  readonly agent: string;
  readonly tool: string;
  readonly shape: string;
  readonly after: number;
}

const happening: fc.Arbitrary<Happening> = fc.record({
  kind: fc.constantFrom(
    'requested',
    'redeemed',
    'redeemed',
    'succeeded',
    'succeeded',
    'failed',
    'unauthorized',
    'not-executed',
  ),
  user: fc.constantFrom('alice', 'bob'),
  agent: fc.constantFrom('helper', 'other'),
  tool: fc.constantFrom('read-file', 'delete-file'),
  shape: fc.constantFrom('shape-1', 'shape-2'),
  after: fc.constantFrom(0, 0, 1, 4_999, 5_000, DAY_MS / 2, DAY_MS, 15 * DAY_MS, 30 * DAY_MS),
});

const TYPES = {
  requested: 'agent.tool.requested',
  redeemed: 'agent.permit.redeemed',
  succeeded: 'agent.tool.called',
  failed: 'agent.tool.called',
  unauthorized: 'agent.tool.called',
  'not-executed': 'agent.tool.called',
} as const;

interface Dated extends Happening {
  readonly at: number;
}

function dated(history: readonly Happening[]): Dated[] {
  let at = START;
  return history.map((one) => {
    at += one.after;
    return { ...one, at };
  });
}

function messagesOf(history: readonly Dated[]): Message[] {
  const { ofCall } = createMessages();
  return history.map(({ kind, user, agent, tool, shape, at }, index) =>
    ofCall(TYPES[kind], index, new Date(at).toISOString(), {
      user_id: user,
      agent_id: agent,
      tool_name: tool,
      arguments_shape: shape,
      success: kind !== 'failed',
      unauthorized: kind === 'unauthorized',
      executed: kind !== 'not-executed',
    }),
  );
}

const projections = () => ({ uses: createUses(), days: createDays(), patterns: createPatterns() });

function apply(to: ReturnType<typeof projections>, messages: readonly Message[]): void {
  for (const message of messages) {
    for (const projection of [to.uses, to.days, to.patterns]) projection.apply(message);
  }
}

/** Nothing is stored: what a table does not hold there is not. */
const NOTHING_STORED = {
  find: async <Row extends ViewRow>({ table }: Projection<Row>, key: string) => table.peek(key) ?? undefined,
};

/** The definitions of `call/1`, counted over the whole history. */
function counted(history: readonly Dated[], asked: Omit<Dated, 'kind' | 'after'>) {
  const { user, agent, tool, shape, at } = asked;
  const redeemed = history.filter(({ kind }) => kind === 'redeemed');
  const uses = redeemed.filter((one) => one.user === user && one.tool === tool);
  const succeeded = history.filter(
    (one) => one.kind === 'succeeded' && one.agent === agent && one.tool === tool && one.shape === shape,
  );
  const intents = history.filter((one) => one.kind === 'requested' && one.user === user && one.tool === tool);
  const second = (ms: number) => Math.floor(ms / 1000);
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return {
    first_use: uses.length === 0,
    common_tool: uses.filter((one) => one.at > at - 30 * DAY_MS).length >= 5,
    repeated_pattern: succeeded.length >= 3,
    frequency: intents.filter((one) => second(at) - second(one.at) < 60).length,
    daily_calls: redeemed.filter((one) => one.user === user && day(one.at) === day(at)).length,
  };
}

const asked = fc.record({
  user: fc.constantFrom('alice', 'bob', 'zoe'),
  agent: fc.constantFrom('helper', 'other'),
  tool: fc.constantFrom('read-file', 'delete-file'),
  shape: fc.constantFrom('shape-1', 'shape-2'),
  later: fc.constantFrom(0, 999, 60_000, DAY_MS, 30 * DAY_MS),
});
const history = fc.array(happening, { maxLength: 40 });

describe('facts of use', () => {
  it('are what counting over the whole history gives', async () => {
    await fc.assert(
      fc.asyncProperty(history, asked, async (happened, { later, ...question }) => {
        const all = dated(happened);
        const views = projections();
        apply(views, messagesOf(all));
        const at = (all.at(-1)?.at ?? START) + later;
        const requested = {
          user_id: question.user,
          agent_id: question.agent,
          tool_name: question.tool,
          arguments_shape: question.shape,
        } as ToolRequested;
        const facts = createContextFacts(NOTHING_STORED, views);
        expect(await facts('acme', requested, new Date(at).toISOString())).toEqual(
          counted(all, { ...question, at }),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('are of one organization', async () => {
    const views = projections();
    const [message] = messagesOf(dated([{ ...QUIET, kind: 'redeemed' }]));
    apply(views, [{ ...(message as Message), organization: 'globex' }]);
    const facts = createContextFacts(NOTHING_STORED, views);
    expect(await facts('acme', REQUESTED, new Date(START).toISOString())).toMatchObject({ first_use: true });
    expect(await facts('globex', REQUESTED, new Date(START).toISOString())).toMatchObject({
      first_use: false,
      daily_calls: 1,
    });
  });

  it('change with the fifth use in thirty days, the third success, and midnight in UTC', async () => {
    const views = projections();
    const facts = createContextFacts(NOTHING_STORED, views);
    const at = (ms: number) => facts('acme', REQUESTED, new Date(ms).toISOString());
    const uses: Happening[] = Array.from({ length: 5 }, () => ({ ...QUIET, kind: 'redeemed' }));
    const messages = messagesOf(
      dated([...uses, ...uses.map(() => ({ ...QUIET, kind: 'succeeded' as const }))]),
    );
    apply(views, messages.slice(0, 4));
    expect(await at(START)).toMatchObject({ common_tool: false, daily_calls: 4 });
    apply(views, messages.slice(4, 7));
    expect(await at(START)).toMatchObject({ common_tool: true, repeated_pattern: false, daily_calls: 5 });
    apply(views, messages.slice(7, 8));
    expect(await at(START)).toMatchObject({ repeated_pattern: true });
    expect((await at(START + 10_000)).daily_calls).toBe(0);
    expect((await at(START + 30 * DAY_MS - 1)).common_tool).toBe(true);
    expect((await at(START + 30 * DAY_MS)).common_tool).toBe(false);
  });
});

describe('the rows', () => {
  const rowsOf = (views: ReturnType<typeof projections>) =>
    [views.uses, views.days, views.patterns].map(({ table }) => table.takeChanges().writes);

  it('are the same however often and from where on messages are delivered again', () => {
    fc.assert(
      fc.property(history, fc.nat(), fc.nat(), (happened, from, to) => {
        const messages = messagesOf(dated(happened));
        const once = projections();
        apply(once, messages);
        const repeated = projections();
        const cut = to % (messages.length + 1);
        apply(repeated, messages.slice(0, cut));
        apply(repeated, messages.slice(from % (cut + 1)));
        apply(repeated, messages);
        expect(rowsOf(repeated)).toEqual(rowsOf(once));
      }),
      { numRuns: 200 },
    );
  });

  it('are loaded before they are changed, and only those', () => {
    const views = projections();
    for (const message of messagesOf(
      dated([
        { ...QUIET, kind: 'requested' },
        { ...QUIET, kind: 'redeemed' },
        { ...QUIET, kind: 'failed' },
        { ...QUIET, kind: 'succeeded' },
      ]),
    )) {
      for (const { needs, apply: applyTo, table } of [views.uses, views.days, views.patterns]) {
        applyTo(message);
        expect(table.takeChanges().writes.map(({ key }) => key)).toEqual(needs(message));
      }
    }
  });
});

const QUIET: Omit<Happening, 'kind'> = {
  user: 'alice',
  agent: 'helper',
  tool: 'read-file',
  shape: 'shape-1',
  after: 0,
};
const REQUESTED = {
  user_id: 'alice',
  agent_id: 'helper',
  tool_name: 'read-file',
  arguments_shape: 'shape-1',
} as ToolRequested;
