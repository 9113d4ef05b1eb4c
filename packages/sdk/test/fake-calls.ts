import { randomUUID } from 'node:crypto';
import type { CallStatus } from '../src/index.ts';

/** What the fake decides about a tool. */
export type Decision =
  | 'allow'
  | 'approve'
  | 'deny'
  | 'unknown_arguments'
  | 'throttle'
  | 'over_quota'
  | 'undecided';

/** What the fake sends, with the problem media type where it is one. */
export interface FakeAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}

/** A call that the fake knows. */
interface FakeCall {
  readonly id: string;
  readonly key: string;
  readonly text: string;
  readonly body: Record<string, unknown>;
  readonly token: string;
  readonly decision: Decision;
  status: CallStatus;
  approvalState: 'waiting' | 'granted' | 'denied';
  redeemed: boolean;
  redemptions: number;
  outcome: Record<string, unknown> | undefined;
  /** How often it has changed. */
  version: number;
}

/** How the fake decides. */
export interface FakeRules {
  readonly decide: (tool: string) => Decision;
  /** Whether a granted call is redeemed in the append that authorizes it, where `redeem` was asked for. */
  readonly redeemAtRelease: boolean;
}

/** A problem document as the contract has it. */
export function problem(status: number, code: string, more: Record<string, unknown> = {}): FakeAnswer {
  const type = `urn:countersign:problem:${code}`;
  return { status, body: { type, title: code, status, code, detail: `the fake says ${code}`, ...more } };
}

/** The calls of a fake installation: the contract of tool calls, as far as a client can see it. */
export function createFakeCalls(rules: FakeRules) {
  const byKey = new Map<string, FakeCall>();
  const byId = new Map<string, FakeCall>();
  const watchers = new Set<() => void>();
  const changed = (call: FakeCall) => {
    call.version += 1;
    for (const watcher of [...watchers]) watcher();
  };

  const announce = (key: string, text: string): FakeAnswer => {
    const known = byKey.get(key);
    if (known) return known.text === text ? answerOf(known, true) : problem(409, 'idempotency_conflict');
    const body = JSON.parse(text);
    const id = randomUUID();
    const decision = rules.decide(body.tool_name);
    const redeemed = decision === 'allow' && body.redeem === true;
    const call: FakeCall = {
      id,
      key,
      text,
      body,
      decision,
      token: `csp_${id}.${'m'.repeat(43)}`,
      status: statusAfter(decision, redeemed),
      approvalState: 'waiting',
      redeemed,
      redemptions: redeemed ? 1 : 0,
      outcome: undefined,
      version: 1,
    };
    byKey.set(key, call);
    byId.set(id, call);
    return answerOf(call, false);
  };

  const redeem = ({ permit, arguments: args }: Record<string, unknown>, use: boolean): FakeAnswer => {
    const call = [...byId.values()].find(({ token }) => token === permit);
    if (!call) return problem(403, 'permit_invalid');
    if (JSON.stringify(args) !== JSON.stringify(call.body.arguments)) return problem(409, 'digest_mismatch');
    if (call.status === 'blocked') return problem(410, 'void');
    if (call.status === 'lapsed') return problem(410, 'expired');
    if (use && call.redeemed) return problem(409, 'permit_redeemed');
    if (use) {
      call.redeemed = true;
      call.redemptions += 1;
      call.status = 'redeemed';
      changed(call);
    }
    const { id: tool_call_id, redeemed } = call;
    const expires_at = '2030-01-01T00:00:00.000Z';
    const { tool_name, agent_id } = call.body;
    return {
      status: 200,
      body: { valid: true, tool_call_id, tool_name, agent_id, obligations: {}, expires_at, redeemed },
    };
  };

  const report = (id: string, outcome: Record<string, unknown>): FakeAnswer => {
    const call = byId.get(id);
    if (!call || call.token !== outcome.permit) return problem(404, 'not_found');
    if (!call.redeemed) return problem(403, 'permit_invalid', { unauthorized: true });
    if (call.outcome) {
      return JSON.stringify(call.outcome) === JSON.stringify(outcome)
        ? { status: 200, body: { status: call.status } }
        : problem(409, 'outcome_conflict');
    }
    call.outcome = outcome;
    call.status = outcome.success ? 'succeeded' : 'failed';
    changed(call);
    return { status: 200, body: { status: call.status } };
  };

  const grant = (id: string): void => {
    const call = callOf(id);
    call.approvalState = 'granted';
    call.redeemed = rules.redeemAtRelease && call.body.redeem === true;
    call.redemptions += call.redeemed ? 1 : 0;
    call.status = call.redeemed ? 'redeemed' : 'authorized';
    changed(call);
  };

  const callOf = (id: string): FakeCall => {
    const call = byId.get(id);
    if (!call) throw new Error(`the fake has no call ${id}`);
    return call;
  };

  return {
    announce,
    redeem,
    report,
    grant,
    refuse(id: string) {
      callOf(id).approvalState = 'denied';
      callOf(id).status = 'blocked';
      changed(callOf(id));
    },
    /** Puts a call elsewhere by hand. */
    set(id: string, status: CallStatus) {
      callOf(id).status = status;
      changed(callOf(id));
    },
    get: (id: string) => byId.get(id),
    byKey: (key: string) => byKey.get(key),
    all: () => [...byId.values()],
    view: (call: FakeCall): unknown => ({ ...commonOf(call), outcome: outcomeView(call) }),
    /** Resolves at the next change of any call. */
    nextChange: (signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        const done = () => {
          watchers.delete(done);
          resolve();
        };
        watchers.add(done);
        signal.addEventListener('abort', done, { once: true });
      }),
  };
}

function statusAfter(decision: Decision, redeemed: boolean): CallStatus {
  if (decision === 'allow') return redeemed ? 'redeemed' : 'authorized';
  if (decision === 'approve') return 'awaiting_approval';
  return decision === 'deny' ? 'denied' : 'blocked';
}

const SALT = 'AAAAAAAAAAAAAAAAAAAAAA';
const LATER = '2030-01-01T00:00:00.000Z';

function commonOf(call: FakeCall) {
  const { id, status, body, approvalState } = call;
  const open = status === 'awaiting_approval';
  return {
    id,
    status,
    verdict: open ? 'require_approval' : 'allow',
    agent_id: body.agent_id,
    user_id: 'alice',
    tool_name: body.tool_name,
    arguments_digest: 'd'.repeat(43),
    arguments_salt: SALT,
    obligations: { redact: ['/secret'] },
    reasons: [{ layer: 'policy', code: 'rule', message: 'because' }],
    policy: null,
    risk_score: 0,
    position: String(call.version),
    ...(call.decision === 'approve' ? { approval: { id, state: approvalState, expires_at: LATER } } : {}),
    ...(open ? {} : { permit: { token: call.token, expires_at: LATER, redeemed: call.redeemed } }),
  };
}

function outcomeView(call: FakeCall) {
  return call.outcome === undefined ? undefined : { executed: true, ...call.outcome };
}

function answerOf(call: FakeCall, replayed: boolean): FakeAnswer {
  const refusal = { tool_call_id: call.id, reasons: [], replayed };
  if (call.status === 'denied') return problem(403, 'denied', refusal);
  if (call.status === 'blocked') {
    switch (call.decision) {
      case 'unknown_arguments':
        return problem(422, 'arguments_invalid', {
          ...refusal,
          errors: [{ pointer: '/arguments/path', detail: 'must be a string' }],
        });
      case 'throttle':
        return problem(429, 'throttled', {
          ...refusal,
          throttle: 'include:tool_calls',
          retry_after_ms: 1_500,
        });
      case 'over_quota':
        return problem(429, 'over_quota', { ...refusal, meter: 'tool_calls', limit: 10, used: 10 });
      case 'undecided':
        return problem(503, 'undecided', refusal);
      default:
        return problem(403, 'denied', {
          ...refusal,
          reasons: [{ layer: 'approval', code: 'approval_denied', message: 'a human denied the call' }],
        });
    }
  }
  return { status: call.status === 'awaiting_approval' ? 202 : 200, body: { ...commonOf(call), replayed } };
}
