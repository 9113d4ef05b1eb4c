import { type Problem, problem, type ToolCallRequest } from '@countersign/contracts';
import type { Directory } from '@countersign/directory';
import { isProblem } from '@countersign/http';
import { type ServiceDependencies, storeProblem } from '@countersign/service';
import { createArgumentChecks } from '@countersign/tool-schema';
import { type CallRow, isEnding } from '../views/call-row.ts';
import type { CallWatch } from '../views/call-watch.ts';
import type { Announcement, Announcing } from './announcing.ts';
import { type Answer, answerOf } from './answer.ts';
import { firstAnnouncement, isSameAnnouncement, saltOf } from './first-announcement.ts';
import type { PermitTokens } from './permit-token.ts';
import type { PermitDependencies } from './permits.ts';

interface AnnounceDependencies {
  readonly service: ServiceDependencies;
  readonly announcing: Announcing;
  readonly directory: Directory;
  readonly findCall: (id: string) => Promise<CallRow | undefined>;
  readonly watch: CallWatch;
  readonly tokens: PermitTokens;
  readonly leaseHolds: () => boolean;
  readonly voidedBy: PermitDependencies['voidedBy'];
  readonly knownUpTo: PermitDependencies['knownUpTo'];
  readonly voidCall: PermitDependencies['voidCall'];
  readonly decisionTimeoutMs: number;
}

/** An announcement whose answer somebody waits for. */
export interface WaitingAnnouncement extends Announcement {
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal | undefined;
}

/** Beyond the decision time-out, the call is closed by a timer; its answer may take this much longer to come. */
const ANSWER_GRACE_MS = 2_000;

/** Announces a call and waits for its verdict, durable. */
export function createAnnounce(
  deps: AnnounceDependencies,
): (announcement: WaitingAnnouncement) => Promise<Answer | Problem> {
  const { service, directory, watch } = deps;
  const { store } = service;
  const argumentsCheck = createArgumentChecks();

  return async ({ principal, body, idempotencyKey, traceparent, signal }) => {
    const announcing = deps.announcing({ principal, body, idempotencyKey, traceparent });
    if (isProblem(announcing)) return announcing;
    const { id, argumentsDisclosure } = announcing;
    // Watched before anything is appended: the verdict may be there before this continues.
    const settled = watch.next(id, isDecided(body), deps.decisionTimeoutMs + ANSWER_GRACE_MS, signal);
    const humanUntil = service.clock.nowMs() + body.wait_ms;
    const handled = await announcing.append();
    if (handled.kind === 'failed') return storeProblem(handled.error);
    if (handled.kind === 'rejected') return problem('unavailable', handled.rejection.detail);

    const replayed = handled.events.length === 0;
    let salt: string | null = saltOf(argumentsDisclosure);
    if (replayed) {
      const first = await firstAnnouncement(store, service.sealer, id);
      if (first === 'unavailable')
        return problem('unavailable', 'the first announcement can not be read now');
      if (first && !isSameAnnouncement(first.fields, first.data, body)) {
        return problem(
          'idempotency_conflict',
          'the key was used with another body; a new call takes a new key',
        );
      }
      salt = first?.salt ?? null;
    }
    const present = replayed ? await deps.findCall(id) : undefined;
    const decided = present && isDecided(body)(present) ? present : await decidedCall(deps, id, settled);
    const call = decided && (await answeredByHuman(decided, body, humanUntil, signal));
    if (!call) return problem('unavailable', 'no answer yet; repeat with the same Idempotency-Key');

    const lost = await store.whenDurable(call.position).then(
      () => null,
      () =>
        problem(
          'unavailable',
          'it is not known whether this was recorded; repeat with the same Idempotency-Key',
        ),
    );
    if (lost) return lost;
    // Once more after durability: nothing leaves under switches that this gateway may not know of. One may have become
    // effective in front of the permit, or something else felled the call.
    const known = call.permit === null || (await deps.knownUpTo(call.permit.position));
    if (call.permit && !(known && deps.leaseHolds()))
      return problem('unavailable', 'kill switches can not be checked now');
    const ended = await endedByVoid(call);
    if (isProblem(ended)) return ended;
    const answer = answerOf(ended, { principal, replayed, argumentsSalt: salt }, deps.tokens);
    return isProblem(answer) && answer.code === 'arguments_invalid'
      ? { ...answer, errors: argumentErrors(principal.organization, body) }
      : answer;
  };

  /** Waits for the answer of people, and what comes of it, for the rest of the time that the caller gives them. */
  async function answeredByHuman(
    decided: CallRow,
    body: ToolCallRequest,
    untilMs: number,
    signal?: AbortSignal,
  ) {
    const left = untilMs - service.clock.nowMs();
    if (decided.status !== 'awaiting_approval' || left <= 0) return decided;
    const next = watch.next(decided.id, isSettled(body), left, signal);
    const present = await deps.findCall(decided.id);
    if (present && isSettled(body)(present)) return present;
    return (await next) ?? (await deps.findCall(decided.id)) ?? decided;
  }

  /** What felled the call in front of its permit ends it, unless the permit is used up already. */
  async function endedByVoid(call: CallRow): Promise<CallRow | Problem> {
    if (call.status !== 'authorized' && call.status !== 'redeemed') return call;
    const voided = await deps.voidedBy(call);
    if (!voided) return call;
    if (call.status === 'redeemed') return problem('void', voided.message);
    return (await deps.voidCall(call, voided)) ?? (await deps.findCall(call.id)) ?? call;
  }

  /** What is wrong with the arguments, for the caller alone: the record says only that they do not fit. */
  function argumentErrors(organization: string, { tool_name, arguments: args }: ToolCallRequest) {
    const tool = directory.tool(organization, tool_name);
    if (!tool) return [];
    const { message, data } = tool;
    const definition = {
      id: message.subject,
      hash: data.definition_hash,
      schema: data.declaration.input_schema,
    };
    return argumentsCheck(definition)(args).map(({ pointer, detail }) => ({
      pointer: `/arguments${pointer}`,
      detail,
    }));
  }
}

/** The row to answer with: what the watch saw, or after its time what there is. */
async function decidedCall(deps: AnnounceDependencies, id: string, settled: Promise<CallRow | null>) {
  const call = (await settled) ?? (await deps.findCall(id));
  return call && call.status !== 'evaluating' ? call : undefined;
}

/** Decided: allowed, refused, or put to people. Who executes itself hears of the redemption, which follows at once. */
function isDecided({ redeem }: ToolCallRequest): (call: CallRow) => boolean {
  return (call) =>
    call.status !== 'evaluating' && !(redeem && call.status === 'authorized') && !isEnding(call);
}

/** Decided, and nothing is asked of people any more. */
function isSettled(body: ToolCallRequest): (call: CallRow) => boolean {
  return (call) => isDecided(body)(call) && call.status !== 'awaiting_approval';
}
