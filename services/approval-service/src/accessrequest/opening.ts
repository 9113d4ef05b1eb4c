import {
  type AclResource,
  type Level,
  type Party,
  type Principal,
  principalKey,
  reviewOutcome,
} from '@countersign/access';
import { type Problem, problem } from '@countersign/contracts';
import type { Directory } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import {
  allRows,
  answered,
  edgeMetadata,
  personal,
  type ServiceDependencies,
  storeProblem,
} from '@countersign/service';
import type { AccessHandlers } from '../accesshandler/handlers.ts';
import { type AccessRequestRow, accessRequestsView, resourceKey } from '../views/access-requests.ts';
import type { AccessRequestCommand, AccessRequestRejection, Open } from './decide.ts';
import { REQUEST_LIMITS, type RequestLimit } from './rate-limit.ts';
import { accessRequestId } from './request-id.ts';
import type { RequestRights } from './rights.ts';
import type { AccessRequest } from './state.ts';

/** What is looked at when a request is opened. */
export interface OpeningDependencies {
  readonly service: ServiceDependencies;
  readonly requests: CommandHandler<AccessRequest, AccessRequestCommand, AccessRequestRejection>;
  readonly directory: Directory;
  readonly handlers: AccessHandlers;
  readonly rights: RequestRights;
  readonly limit: RequestLimit;
}

/** What is asked, in the client's words. */
export interface Opening {
  readonly requested_permission: Level;
  readonly reason?: string | undefined;
  readonly capabilities?: readonly string[] | undefined;
}

const HOUR_MS = 3_600_000;
const NO_RESOURCE = problem('not_found', 'there is no such thing here');

/** Opens a request: decided at once where a deny rule or the review says so, else left to handlers and approvers. */
export function createOpening(
  deps: OpeningDependencies,
): (
  resource: AclResource,
  principal: Principal,
  opening: Opening,
) => Promise<{ readonly id: string; readonly position: number } | Problem> {
  const { service, requests, directory, handlers, rights, limit } = deps;
  const { clock, disclose, ids, views } = service;

  const commandFor = (
    resource: AclResource,
    principal: Principal,
    opening: Opening,
    id: string,
    time: string,
  ): Open => {
    const { organization } = principal;
    const party: Party = { kind: principal.kind, id: principal.id };
    const review = rights.reviewOf(organization, resource);
    const agent = party.kind === 'agent' ? directory.agent(organization, party.id) : undefined;
    const approvalRequired = agent?.access.approval_required ?? false;
    const denyRule = rights.denyRule(organization, party);
    const asked = handlers.of(organization).map((handler) => handler.id);
    const facts = { denyRule, handlers: [], onRequest: review.on_request, approvalRequired };
    const timeoutMs = review.timeout_hours * HOUR_MS;
    const { reason, capabilities } = opening;
    // OpenIntent's clients send an empty reason where they are given none.
    return {
      kind: 'open',
      asked: {
        ...{ request_id: id, resource, principal: party },
        requested_permission: opening.requested_permission,
        ...{ review, approval_required: approvalRequired, handlers: asked },
        timeout_ms: timeoutMs,
        expires_at: new Date(Date.parse(time) + timeoutMs).toISOString(),
      },
      automatic:
        denyRule === null && asked.length > 0
          ? null
          : { outcome: reviewOutcome(facts), entryId: ids.next(), cause: denyRule, handlers: [] },
      time,
      personal: personal(
        agent?.data.owner ?? party.id,
        reason ? disclose('reason', reason) : null,
        !capabilities?.length ? null : disclose('capabilities', [...capabilities]),
      ),
    };
  };

  return async (resource, principal, opening) => {
    const { organization } = principal;
    const nowMs = clock.nowMs();
    if (!rights.held(resource, principal, nowMs)) return NO_RESOURCE;
    const wait = limit(`${organization}:${principalKey(principal)}`, nowMs);
    if (wait !== null)
      return problem('throttled', 'too many requests for access', {
        throttle: 'access_requests',
        limit: REQUEST_LIMITS.capacity,
        used: REQUEST_LIMITS.capacity,
        retry_after_ms: wait,
      });
    const requester = principalKey(principal);
    // As many as have ended: one that waits has the id that this one would have.
    let ordinal = 0;
    const where = { organization, resource: resourceKey(resource), requester };
    for await (const { status } of allRows<AccessRequestRow>(views, accessRequestsView.name, where))
      if (status !== 'pending') ordinal += 1;
    // The last request of the same may be newer than what the view knows: the stream says so, and the next id is free.
    for (; ; ordinal += 1) {
      const id = accessRequestId(organization, principal, resource, ordinal);
      const metadata = edgeMetadata(service, { organization, correlation: id });
      const command = commandFor(resource, principal, opening, id, metadata.time);
      const handled = await requests.handle(streamName('accessrequest', id), command, metadata);
      if (handled.kind === 'failed') return storeProblem(handled.error);
      if (handled.kind === 'rejected' && handled.rejection.rejected === 'already_decided') continue;
      return answered(handled, ({ position }) => ({ id, position }));
    }
  };
}
