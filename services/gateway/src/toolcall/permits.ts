import type { Principal } from '@countersign/access';
import { type PermitRequest, type PermitValid, type Problem, problem } from '@countersign/contracts';
import type { Fall } from '@countersign/directory';
import { type JsonObject, streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import { isProblem } from '@countersign/http';
import { argumentsDigest, isOpenError, openDisclosure } from '@countersign/sealing';
import { answered, edgeMetadata, type ServiceDependencies } from '@countersign/service';
import type { ControlState } from '../control-state.ts';
import type { Falls } from '../falls.ts';
import type { Enforcement } from '../killswitch/enforcement.ts';
import type { CallRow } from '../views/call-row.ts';
import type { Cause } from './announcing.ts';
import type { ToolCallCommand, ToolCallRejection } from './decide.ts';
import { callIdOfToken, type PermitTokens } from './permit-token.ts';
import type { ToolCall } from './state.ts';

/** What a permit is checked against. */
export interface PermitDependencies {
  readonly service: ServiceDependencies;
  readonly toolCalls: CommandHandler<ToolCall, ToolCallCommand, ToolCallRejection>;
  readonly findCall: (id: string) => Promise<CallRow | undefined>;
  /** The same, also when another gateway has given the permit a moment ago. */
  readonly findPermittedCall: (id: string) => Promise<CallRow | undefined>;
  /** Resolves when the calls view has seen everything up to a position. */
  readonly reached: (position: number) => Promise<void>;
  readonly tokens: PermitTokens;
  readonly falls: Pick<Falls, 'since'>;
  /** Resolves when every change of groups and access lists that has been accepted is known here. */
  readonly knowsAccess: () => Promise<void>;
  /** Why a permit is void although nobody has ended it: what was in front of it, or of its redemption, without being known. */
  readonly voidedBy: (call: CallRow) => Promise<Fall | null>;
  readonly leaseHolds: () => boolean;
  readonly knownUpTo: ControlState['knownUpTo'];
  readonly killEpoch: () => number;
  /** Ends a call whose permit has fallen, so that what a caller is told is also on record; says why it could not. */
  readonly voidCall: (call: CallRow, fallen: Fall) => Promise<Problem | null>;
}

/** Checks permits and uses them up. */
export interface Permits {
  /** The call that a true token names; `null` for a forged, foreign or unknown one. */
  callOf(token: string, principal: Principal): Promise<CallRow | null>;
  verify(body: PermitRequest, principal: Principal): Promise<PermitValid | Problem>;
  redeem(body: PermitRequest, principal: Principal): Promise<PermitValid | Problem>;
  /** The same for who is known to have the call's permit. `cause`: the message that asks for it. */
  redeemOf(
    call: CallRow | null,
    args: JsonObject,
    principal: Principal,
    cause?: Cause,
  ): Promise<PermitValid | Problem>;
}

const INVALID = problem(
  'permit_invalid',
  'the permit is not one of this installation, or not of this organization',
);

/** Whatever the caller says, what counts is the call as it stands. */
export function createPermits(deps: PermitDependencies): Permits {
  const { service, toolCalls, tokens } = deps;

  const callOf: Permits['callOf'] = async (token, principal) => {
    const id = callIdOfToken(token);
    const call = id === null ? undefined : await deps.findPermittedCall(id);
    if (!call?.permit || call.organization !== principal.organization) return null;
    return tokens.matches(token, call.id, call.permit.event_id) ? call : null;
  };

  /** The permit's call if it holds for these arguments at this moment, or why not. */
  const check = async (call: CallRow | null, args: JsonObject): Promise<CallRow | Problem> => {
    if (!call?.permit) return INVALID;
    const mismatch = await argumentsProblem(service, call, args);
    if (mismatch) return mismatch;
    if (call.status === 'blocked' || call.status === 'denied') return ended(call);
    if (call.status === 'lapsed') return expired(call);
    const voided = await deps.voidedBy(call);
    if (voided) return fall(call, voided);
    // An outcome without redemption used the call up, not the permit: it admits nothing any more.
    if (isOver(call) && !call.permit.redeemed) return problem('void', `the call is ${call.status}`);
    if (call.status !== 'authorized') return call;
    if (isPast(call)) return expired(call);
    if (!deps.leaseHolds()) return problem('unavailable', 'kill switches can not be checked now');
    // What was granted on a work intent ends at once, wherever that was said.
    if (call.intent_id !== null) await deps.knowsAccess();
    const fallen = await deps.falls.since(call, call.permit.judged_at);
    return fallen ? fall(call, fallen) : call;
  };

  const isPast = ({ permit }: CallRow): boolean =>
    permit !== null && Date.parse(permit.expires_at) <= service.clock.nowMs();

  /** Redeemed calls are untouched: their permit is void, the call goes on. */
  const fall = async (call: CallRow, fallen: Fall): Promise<Problem> => {
    const unrecorded = call.status === 'authorized' ? await deps.voidCall(call, fallen) : null;
    return unrecorded ?? problem('void', fallen.message);
  };

  const redeemOf: Permits['redeemOf'] = async (claimed, args, principal, cause) => {
    const call = await check(claimed, args);
    if (isProblem(call)) return call;
    const { organization } = principal;
    const metadata = edgeMetadata(service, { organization, correlation: call.id });
    const epoch = deps.killEpoch();
    const handled = await toolCalls.handle(
      streamName('toolcall', call.id),
      {
        kind: 'redeem',
        by: { kind: principal.kind, id: principal.id },
        killEpoch: String(epoch),
        time: metadata.time,
      },
      cause ? { ...metadata, ...cause } : metadata,
    );
    const answer = await answered(handled, ({ position }) => ({ position, ...valid(call, true) }));
    if (isProblem(answer)) return answer;
    const { position, ...permit } = answer;
    // A switch may have become effective in front of it, or something else felled the call, and nobody knew of it here yet.
    const known = await deps.knownUpTo(position);
    const voided = await deps.voidedBy(redeemedAt(call, position, epoch));
    if (voided) return problem('void', voided.message);
    if (known && deps.leaseHolds()) return permit;
    return problem('unavailable', 'kill switches can not be checked now; the permit is used up');
  };

  return {
    callOf,
    redeemOf,
    async verify(body, principal) {
      const call = await check(await callOf(body.permit, principal), body.arguments as JsonObject);
      if (isProblem(call)) return call;
      return isPast(call) ? expired(call) : valid(call, call.permit?.redeemed ?? false);
    },
    redeem: async (body, principal) =>
      redeemOf(await callOf(body.permit, principal), body.arguments as JsonObject, principal),
  };
}

function redeemedAt(call: CallRow, position: number, kill_epoch: number): CallRow {
  return call.permit ? { ...call, permit: { ...call.permit, position, kill_epoch } } : call;
}

/** Recomputes the digest that the permit is bound to, with the salt of the announcement. */
async function argumentsProblem(
  { store, sealer }: ServiceDependencies,
  call: CallRow,
  args: JsonObject,
): Promise<Problem | null> {
  const [request] = await store.read(streamName('toolcall', call.id), {
    after: 1,
    limit: 1,
    visibility: 'accepted',
  });
  const opened = request ? await sealer.openFields(request, ['arguments']) : null;
  if (!opened || isOpenError(opened))
    return problem('unavailable', 'the announced arguments can not be read now');
  if (opened.erased) return problem('void', 'the announced arguments have been erased');
  const disclosure = openDisclosure(opened.disclosures[0]?.encoded ?? '');
  const digest = 'salt' in disclosure ? argumentsDigest(disclosure.salt, args) : null;
  if (digest === call.arguments_digest) return null;
  return problem('digest_mismatch', 'these are not the arguments that the permit was issued for');
}

function isOver({ status }: CallRow): boolean {
  return status === 'succeeded' || status === 'failed';
}

function ended(call: CallRow): Problem {
  return problem('void', `the call is ${call.status}: ${call.blocked?.reason}`);
}

function expired(call: CallRow): Problem {
  return problem('expired', `the permit expired at ${call.permit?.expires_at}`);
}

function valid(call: CallRow, redeemed: boolean): PermitValid {
  return {
    valid: true,
    tool_call_id: call.id,
    tool_name: call.tool_name,
    agent_id: call.agent_id,
    obligations: call.obligations as PermitValid['obligations'],
    expires_at: call.permit?.expires_at ?? '',
    redeemed,
  };
}

/** What stood in front of a permit, or of its redemption, and makes it void: a switch by the epochs, all else by what has happened. */
export function createVoidedBy(
  { voidedBy }: Pick<Enforcement, 'voidedBy'>,
  { between }: Pick<Falls, 'between'>,
): PermitDependencies['voidedBy'] {
  return async (call) => {
    const { permit } = call;
    return permit && (voidedBy(call) ?? between(call, permit.judged_at, permit.position));
  };
}
