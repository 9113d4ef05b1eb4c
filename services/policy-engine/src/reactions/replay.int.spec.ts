import type { ToolEvaluated, ToolRequested } from '@countersign/contracts';
import type { JsonObject } from '@countersign/event-sourcing';
import type { Message } from '@countersign/message-bus';
import type { PolicySet } from '@countersign/policy';
import { sealedEvent } from '@countersign/service';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FrozenFacts } from '../evaluation/facts.ts';
import { judge } from '../evaluation/judge.ts';
import { createPolicyCatalog } from '../policy/catalog.ts';
import { createReadVersion } from '../policy/read-version.ts';
import { type RunningEngine, startAcme } from '../testing/running-engine.ts';
import { CALM, CALM_TESTS } from '../testing/sample-policies.ts';

/** One step of the history that is judged again. */
type Step =
  | {
      readonly kind: 'announce';
      readonly tool: string;
      readonly args: JsonObject;
      readonly cost: number | null;
      readonly stale: boolean;
    }
  | { readonly kind: 'grant'; readonly approvers: readonly string[] }
  | { readonly kind: 'declare'; readonly tool: string; readonly declaration: JsonObject }
  | { readonly kind: 'roles'; readonly user: string; readonly roles: JsonObject['roles'] }
  | {
      readonly kind: 'policy';
      readonly action: 'activate' | 'deactivate';
      readonly mode: 'enforce' | 'shadow';
    }
  | { readonly kind: 'redeem' }
  | { readonly kind: 'wait'; readonly ms: number };

const tool = fc.constantFrom('read-file', 'delete-file', 'undeclared');
const operator = [{ scope: { organization: 'acme' }, role: 'operator' }];
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('announce' as const),
    tool,
    args: fc.constantFrom<JsonObject>(
      { path: 'a' },
      { path: 'b', deep: { is: [1, 2.5, null] } },
      { file: 7 },
    ),
    cost: fc.constantFrom(0, 0, 100_000_001, null),
    stale: fc.integer({ max: 9, min: 0 }).map((one) => one === 0),
  }),
  fc.record({
    kind: fc.constant('grant' as const),
    approvers: fc.subarray(['olga', 'carol', 'mallory']),
  }),
  fc.record({
    kind: fc.constant('declare' as const),
    tool: fc.constantFrom('read-file', 'delete-file'),
    declaration: fc.constantFrom<JsonObject>({}, { destructive: true }, { sensitivity: 'critical' }),
  }),
  fc.record({
    kind: fc.constant('roles' as const),
    user: fc.constantFrom('alice', 'olga'),
    roles: fc.constantFrom<JsonObject['roles']>([], operator),
  }),
  fc.record({
    kind: fc.constant('policy' as const),
    action: fc.constantFrom('activate' as const, 'deactivate' as const),
    mode: fc.constantFrom('enforce' as const, 'shadow' as const),
  }),
  fc.record({ kind: fc.constant('redeem' as const) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 61_000, 86_400_000) }),
);

async function play(engine: RunningEngine, steps: readonly Step[]): Promise<void> {
  const { upstream } = engine;
  let call = 0;
  const declared = new Map<string, JsonObject>([['delete-file', { destructive: true }]]);
  for (const one of steps) {
    if (one.kind === 'wait') engine.clock.advance(one.ms);
    else if (one.kind === 'declare') {
      declared.set(one.tool, one.declaration);
      await upstream.tool(one.tool, one.declaration);
    } else if (one.kind === 'roles') await upstream.changedUser(one.user, { roles: one.roles ?? [] });
    else if (one.kind === 'announce') {
      call += 1;
      const change = { cost_micros: one.cost, environment: one.cost === null ? null : 'development' };
      const definition = one.stale ? { action: 'modify' } : (declared.get(one.tool) ?? {});
      await upstream.announced(call, { tool: one.tool, args: one.args, change, definition });
    } else if (one.kind === 'policy') {
      const body = one.action === 'activate' ? { version: 1, mode: one.mode } : {};
      await engine.request('POST', `/v1/policies/calm/${one.action}`, body);
    } else if (call > 0) {
      // A grant follows what it answers.
      await engine.settled();
      if (one.kind === 'grant') await upstream.granted(call, ...one.approvers);
      else await upstream.redeemed(call);
    }
  }
  await engine.settled();
}

/** What the ledger says up to one evaluation. */
interface Record {
  readonly requests: Map<string, Message>;
  readonly sets: Map<string, PolicySet>;
}

/** Judges one evaluation again, from nothing but what is stored. */
async function judgedAgain(engine: RunningEngine, record: Record, evaluation: Message): Promise<unknown> {
  const evaluated = evaluation.data as unknown as ToolEvaluated;
  const set = record.sets.get(evaluated.policy_set);
  const request = record.requests.get(evaluated.tool_call_id);
  if (!set || !request) throw new Error('the record is not complete');
  const requested = request.data as unknown as ToolRequested;
  const opened = await engine.sealer.open(sealedEvent(request));
  const words = await engine.sealer.open(sealedEvent(evaluation));
  if (!('fields' in opened) || !('fields' in words)) throw new Error('the fields can not be opened');
  const { call } = words.fields.personal_facts as { call: { reason: string } };
  const subject = {
    facts: evaluated.facts as FrozenFacts,
    args: opened.fields.arguments as JsonObject,
    reason: call.reason,
    definitions: { announced: requested.tool_definition_hash, judged: evaluated.tool_definition_hash },
    requestedBy: requested.requested_by,
  };
  return judge(subject, set);
}

describe('every stored evaluation', () => {
  it('comes out the same again, bit for bit', async () => {
    const verdicts = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 30 }), async (steps) => {
        const engine = await startAcme();
        await engine.upstream.user('olga', { roles: operator });
        await engine.upstream.tool('delete-file', { destructive: true });
        await engine.request('PUT', '/v1/policies/calm', { policy: CALM, tests: CALM_TESTS });
        await play(engine, steps);

        const catalog = createPolicyCatalog(createReadVersion(engine.store), () => {});
        const record: Record = { requests: new Map(), sets: new Map() };
        for (const message of await engine.published()) {
          catalog.apply(message);
          const set = await catalog.inForce('acme');
          record.sets.set(set.digest, set);
          if (message.type === 'agent.tool.requested')
            record.requests.set(String(message.correlation), message);
          if (message.type !== 'agent.tool.evaluated') continue;
          const { verdict, phase } = message.data as unknown as ToolEvaluated;
          verdicts.add(`${phase} ${verdict}`);
          const again = await judgedAgain(engine, record, message);
          const stored = Object.keys(again as object).map((name) => [name, message.data[name]]);
          expect(JSON.stringify(again)).toBe(JSON.stringify(Object.fromEntries(stored)));
        }
        await engine.close();
      }),
      { numRuns: 12, seed: 3 },
    );
    expect([...verdicts].sort()).toEqual([
      'release allow',
      'release deny',
      'request allow',
      'request deny',
      'request require_approval',
    ]);
  });
});
