import { publicEvents } from '@countersign/contracts';
import { sealedEvent } from '@countersign/service';
import { describe, expect, it } from 'vitest';
import { lostVault } from '../testing/lost-vault.ts';
import { type RunningEngine, startAcme } from '../testing/running-engine.ts';
import { callId } from '../testing/stand-ins.ts';

/** The one evaluation of a call that has one. */
async function evaluationOf(engine: RunningEngine, call: number) {
  const [evaluation, ...others] = await engine.evaluations(call);
  expect(others).toEqual([]);
  if (!evaluation) throw new Error(`call ${call} is not evaluated`);
  return evaluation;
}

const codes = (reasons: readonly { readonly code: string }[]) => reasons.map(({ code }) => code);

describe('an announced call', () => {
  it('is evaluated once, with everything that the evaluation knew', async () => {
    const engine = await startAcme();
    await engine.upstream.announced(1, { reason: 'the weekly report' });
    const { data, subject, sequence, causation, time, sealed } = await evaluationOf(engine, 1);
    expect({ subject, sequence }).toEqual({ subject: `evaluation-${callId(1)}`, sequence: 1 });
    const [, request] = await engine.store.read(`toolcall-${callId(1)}`);
    expect({ causation, time }).toEqual({
      causation: request?.metadata.id,
      time: request?.metadata.time,
    });
    expect(data).toMatchObject({
      phase: 'request',
      verdict: 'allow',
      policy_set: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      arguments_digest: request?.data.arguments_digest,
      tool_definition_hash: request?.data.tool_definition_hash,
    });
    expect(data.rules.filter(({ fired }) => fired)).toEqual([
      { policy: 'default', rule: 'declared-tool', fired: true, error: null },
    ]);
    expect(data.rules.filter(({ fired }) => !fired).length).toBeGreaterThan(0);
    expect(data.facts.ctx).toEqual({
      first_use: true,
      common_tool: false,
      repeated_pattern: false,
      frequency: 1,
      daily_calls: 0,
    });
    expect(sealed?.key).toContain('acme/alice/');
  });

  it('keeps free text sealed and nowhere else', async () => {
    const engine = await startAcme();
    await engine.upstream.announced(1, { reason: 'marked-text', args: { path: 'marked-path' } });
    const evaluation = await evaluationOf(engine, 1);
    expect(JSON.stringify(evaluation)).not.toContain('marked');
    const opened = await engine.sealer.open(sealedEvent(evaluation as never));
    expect(opened).toMatchObject({ fields: { personal_facts: { call: { reason: 'marked-text' } } } });
  });

  it('is what the contract says, in both parts', async () => {
    const engine = await startAcme();
    await engine.upstream.announced(1);
    await engine.upstream.announced(2, { tool: 'nobody-declared', change: { tool_definition_hash: null } });
    const { data, erasable } = publicEvents['agent.tool.evaluated'];
    for (const call of [1, 2]) {
      const evaluation = await evaluationOf(engine, call);
      expect(data.safeParse(evaluation.data).error).toBeUndefined();
      const opened = await engine.sealer.open(sealedEvent(evaluation as never));
      expect(erasable.safeParse('fields' in opened && opened.fields).error).toBeUndefined();
    }
  });

  it('is denied for every reason at once', async () => {
    const engine = await startAcme();
    await engine.upstream.tool('read-file', { required_permissions: ['file:read'] });
    await engine.upstream.disableAgent('helper');
    await engine.upstream.kill('agent', 'helper');
    await engine.upstream.announced(1, { args: { file: 'a' }, user: 'bob' });
    const { data } = await evaluationOf(engine, 1);
    expect(data.verdict).toBe('deny');
    expect(codes(data.reasons)).toEqual([
      'killed',
      'agent_disabled',
      'user_not_delegated',
      'permission_missing',
      'arguments_invalid',
      'tool_changed',
    ]);
    expect(data.facts.checks).toMatchObject({ agent_enabled: false, missing_permissions: ['file:read'] });
  });

  it('is denied when its arguments have been erased, whatever the schema asks for', async () => {
    const vault = lostVault();
    const engine = await startAcme(vault.through);
    await engine.upstream.tool('anything', { input_schema: {} });
    vault.lost = true;
    await engine.upstream.announced(1, { tool: 'anything', definition: { input_schema: {} } });
    await vault.asked(1);
    await engine.vault.destroy({ organization: 'acme' });
    vault.lost = false;
    const { data } = await evaluationOf(engine, 1);
    expect(data).toMatchObject({ verdict: 'deny', facts: { checks: { arguments_valid: false } } });
    expect(codes(data.reasons)).toEqual(['arguments_invalid']);
  });
});

describe('a redelivered message', () => {
  it('is evaluated no second time', async () => {
    const engine = await startAcme();
    await engine.upstream.announced(1);
    const before = await evaluationOf(engine, 1);
    const again = await engine.restart({ redeliver: true });
    expect(await evaluationOf(again, 1)).toEqual(before);
  });
});

describe('without the key vault', () => {
  it('appends nothing, and evaluates when the vault is back', async () => {
    const vault = lostVault();
    const engine = await startAcme(vault.through);
    vault.lost = true;
    await engine.upstream.announced(1);
    await vault.asked(2);
    expect(await engine.store.read(`evaluation-${callId(1)}`, { visibility: 'accepted' })).toEqual([]);
    vault.lost = false;
    expect((await evaluationOf(engine, 1)).data.verdict).toBe('allow');
  });
});
