import { fold, isRejection, type Personal } from '@countersign/event-sourcing';
import { disclose } from '@countersign/sealing';
import fc from 'fast-check';
import type {
  Abandon,
  Announce,
  Authorize,
  Block,
  Lapse,
  Redeem,
  ReportOutcome,
  ToolCallCommand,
} from '../toolcall/decide.ts';
import { toolCall } from '../toolcall/decide.ts';
import type { ToolCallEvent } from '../toolcall/events.ts';

/** When the calls of tests are announced. */
export const AT = '2026-11-21T12:00:00.000Z';
/** When their permits expire. */
export const EXPIRES_AT = later(60_000);
/** How long their outcomes are waited for. */
export const OUTCOME_TTL_MS = 900_000;

/** The call of these commands. */
export const CALL_ID = '01a1fd5a-0e60-7260-a743-f26e1c522e2d';
/** Whose call it is. */
export const AGENT = { kind: 'agent', id: 'helper' } as const;
/** Who redeems its permit. */
export const EXECUTOR = { kind: 'service', id: 'runner' } as const;

const SALT = 'c2FsdC1vZi1hLXRlc3QtMQ';
const ARGUMENTS = disclose('arguments', { path: 'notes/a.txt' }, SALT);

/** RFC 3339, so many milliseconds after `AT`. */
export function later(ms: number): string {
  return new Date(Date.parse(AT) + ms).toISOString();
}

function personalOf(...disclosures: Personal['disclosures']): Personal {
  return { subject: 'alice', retention: 'standard', disclosures };
}

/** At `AT`. */
export function announce(request: Partial<Announce['request']> = {}): Announce {
  return {
    kind: 'announce',
    time: AT,
    request: {
      tool_call_id: CALL_ID,
      agent_id: 'helper',
      user_id: 'alice',
      tool_name: 'read-file',
      arguments_digest: ARGUMENTS.digest,
      arguments_shape: '9iv7gHQS3F-qqNY16ykCjN651qcoBN-DTR-vQ_msoUQ',
      tool_definition_hash: 'B2TLSPGOdMb6DzPyooRJTo9cqIW3BBOl63StOZoSW1A',
      action: 'read',
      cost_micros: 0,
      environment: 'development',
      confidence_score: 900,
      session_id: 'session-1',
      intent_id: null,
      requested_by: AGENT,
      redeem: false,
      claims: { user_id: null, cost_micros: null, environment: null },
      ...request,
    },
    personal: {
      decision: personalOf(disclose('reasoning', 'it was asked for', SALT)),
      request: personalOf(ARGUMENTS, disclose('reason', 'a test', SALT)),
    },
  };
}

/** Ten milliseconds later, until `EXPIRES_AT`. */
export function authorize(change: Partial<Authorize> = {}): Authorize {
  return {
    kind: 'authorize',
    toolDefinitionHash: 'B2TLSPGOdMb6DzPyooRJTo9cqIW3BBOl63StOZoSW1A',
    policySet: `sha256:${'4'.repeat(64)}`,
    obligations: {},
    expiresAt: EXPIRES_AT,
    killEpoch: '7',
    time: later(10),
    ...change,
  };
}

/** By a rule, of an undecided call. */
export function block(change: Partial<Block> = {}): Block {
  return {
    kind: 'block',
    reason: 'denied',
    layer: 'policy',
    reasons: [{ layer: 'policy', code: 'deny', message: 'not at night', policy: 'default', rule: 'night' }],
    killSwitchId: null,
    open: 'undecided',
    ...change,
  };
}

/** In time, by the executor. */
export function redeem(change: Partial<Redeem> = {}): Redeem {
  return { kind: 'redeem', by: EXECUTOR, killEpoch: '8', time: later(1_000), ...change };
}

/** A success, by the agent. */
export function report(change: Partial<ReportOutcome> = {}): ReportOutcome {
  return {
    kind: 'report-outcome',
    success: true,
    executed: true,
    latencyMs: 12,
    usage: { cost_micros: 5 },
    by: AGENT,
    personal: personalOf(ARGUMENTS, disclose('result', { bytes: 3 }, SALT), disclose('error', null, SALT)),
    ...change,
  };
}

/** When the permit has expired. */
export function lapse(time: string = EXPIRES_AT): Lapse {
  return { kind: 'lapse', time };
}

/** When the outcome is due. */
export function abandon(time: string = later(1_000 + OUTCOME_TTL_MS)): Abandon {
  return { kind: 'abandon', time, outcomeTtlMs: OUTCOME_TTL_MS };
}

/** What a call has behind it after these commands. @throws Error if one of them is refused. */
export function history(...commands: readonly ToolCallCommand[]): ToolCallEvent[] {
  const events: ToolCallEvent[] = [];
  for (const command of commands) {
    const decided = toolCall.decide(command, fold(toolCall, events));
    if (isRejection(decided)) throw new Error(`${command.kind}: ${decided.detail}`);
    events.push(...decided);
  }
  return events;
}

const time = fc.constantFrom(0, 1_000, 59_999, 60_000, OUTCOME_TTL_MS, 2 * OUTCOME_TTL_MS).map(later);

/** Commands of every kind about one call, in time and too late. */
export const commandsOfACall: fc.Arbitrary<ToolCallCommand> = fc.oneof(
  fc.boolean().map((self) => announce({ redeem: self })),
  time.map((at) => authorize({ time: at })),
  fc.constantFrom<Block['open']>('undecided', 'unredeemed').map((open) => block({ open })),
  time.map((at) => redeem({ time: at })),
  fc.record({ success: fc.boolean(), executed: fc.boolean() }).map(report),
  time.map(lapse),
  time.map(abandon),
);
