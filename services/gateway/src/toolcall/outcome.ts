import type { Principal } from '@countersign/access';
import { type OutcomeRequest, type Problem, problem } from '@countersign/contracts';
import { type JsonObject, type JsonValue, streamName } from '@countersign/event-sourcing';
import { isOpenError, isSameJson } from '@countersign/sealing';
import { actorOf, edgeMetadata, personalOfCall, storeProblem } from '@countersign/service';
import type { CallRow, CallStatus } from '../views/call-row.ts';
import type { Cause } from './announcing.ts';
import type { PermitDependencies, Permits } from './permits.ts';

type OutcomeAnswer = { readonly status: CallStatus };

/** What an outcome says, whoever reports it. */
export type Report = Omit<OutcomeRequest, 'permit'>;

/** Records what became of a call whose permit the principal is known to have. `cause`: the message that tells it. */
export type RecordOutcome = (
  call: CallRow,
  report: Report,
  principal: Principal,
  cause?: Cause,
) => Promise<OutcomeAnswer | Problem>;

/** Records what became of a call, for who shows its permit. */
export function createReportOutcome(permits: Permits, recordOutcome: RecordOutcome) {
  return async (id: string, body: OutcomeRequest, principal: Principal): Promise<OutcomeAnswer | Problem> => {
    const call = await permits.callOf(body.permit, principal);
    if (!call || call.id !== id) return problem('permit_invalid', 'the permit is not one for this call');
    return recordOutcome(call, body, principal);
  };
}

/** An outcome is always recorded: an execution that no permit covered is recorded and answered as such. */
export function createRecordOutcome(deps: PermitDependencies): RecordOutcome {
  const { service, toolCalls } = deps;
  const { store, sealer, disclose } = service;

  /** The outcome on record says the same as this one. After an erasure only the clear part can be compared. */
  const isSame = async (id: string, body: Report): Promise<boolean | 'unavailable'> => {
    const events = await store.read(streamName('toolcall', id), { visibility: 'accepted' });
    const recorded = events.find((event) => event.type === 'tool-called.v1');
    if (!recorded) return false;
    const { success, executed, latency_ms, usage } = recorded.data;
    const clear =
      success === body.success &&
      executed === body.executed &&
      latency_ms === (body.latency_ms ?? null) &&
      isSameJson(usage, body.usage ?? null);
    if (!clear) return false;
    const opened = await sealer.openFields(recorded, ['result', 'error']);
    if (isOpenError(opened)) return 'unavailable';
    if (opened.erased) return true;
    const { result = null, error = null } = opened.fields;
    return isSameJson(result, body.result ?? null) && error === (body.error ?? null);
  };

  const sealedFields = async (id: string, userId: string, body: Report) => {
    const [request] = await store.read(streamName('toolcall', id), {
      after: 1,
      limit: 1,
      visibility: 'accepted',
    });
    const opened = request ? await sealer.openFields(request, ['arguments']) : null;
    // The very disclosure of the request: one digest for the arguments, wherever they stand. None after an erasure.
    const args = opened && !isOpenError(opened) && !opened.erased ? opened.disclosures : [];
    const result = body.result === undefined ? null : disclose('result', body.result as JsonValue);
    return personalOfCall(
      userId,
      ...args,
      result,
      body.error === undefined ? null : disclose('error', body.error),
    );
  };

  /** An open permit that has fallen ends as such, whether or not anything has come to it yet. */
  const endFallen = async (call: CallRow): Promise<Problem | null> => {
    if (call.status !== 'authorized' || !call.permit) return null;
    const fallen = await deps.falls.since(call, call.permit.judged_at);
    return fallen && deps.voidCall(call, fallen);
  };

  return async (call, body, principal, cause) => {
    const { id } = call;
    const unended = await endFallen(call);
    if (unended) return unended;
    const metadata = edgeMetadata(service, { organization: principal.organization, correlation: id });
    const handled = await toolCalls.handle(
      streamName('toolcall', id),
      {
        kind: 'report-outcome',
        success: body.success,
        executed: body.executed,
        latencyMs: body.latency_ms ?? null,
        usage: (body.usage ?? null) as JsonObject | null,
        by: actorOf(principal),
        personal: await sealedFields(id, call.user_id, body),
      },
      cause ? { ...metadata, ...cause } : metadata,
    );
    if (handled.kind === 'failed') return storeProblem(handled.error);
    if (handled.kind === 'rejected') return problem('permit_invalid', handled.rejection.detail);
    if (handled.events.length === 0) {
      const same = await isSame(id, body);
      if (same === 'unavailable') return problem('unavailable', 'the recorded outcome can not be read now');
      if (!same) return problem('outcome_conflict', 'another outcome is recorded for this call');
    }
    const lost = await handled.durable();
    if (lost) return storeProblem(lost);
    await deps.reached(handled.position);
    const now = await deps.findCall(id);
    if (now?.outcome?.unauthorized) {
      return problem(
        'permit_invalid',
        'recorded as unauthorized: the permit was not redeemed, or did not hold any more',
        {
          tool_call_id: id,
          call_status: now.status,
          unauthorized: true,
        },
      );
    }
    return { status: now?.status ?? call.status };
  };
}
