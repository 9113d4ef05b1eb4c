import { type AclResource, type Level, type Party, type Principal, reviewOutcome } from '@countersign/access';
import { type Problem, problem } from '@countersign/contracts';
import type { Directory } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import {
  answered,
  edgeMetadata,
  personal,
  type ServiceDependencies,
  storeProblem,
} from '@countersign/service';
import type { AccessHandlers } from '../accesshandler/handlers.ts';
import { type AskedBoard, REQUEST_LIMITS } from './asked.ts';
import type { AccessRequestCommand, AccessRequestRejection, Open } from './decide.ts';
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
  readonly asked: AskedBoard;
  /** Resolves when what has been asked is known up to what the ledger holds now. */
  readonly caughtUp: () => Promise<unknown>;
}

/** What is asked, in the client's words. */
export interface Opening {
  readonly requested_permission: Level;
  readonly reason?: string | undefined;
  readonly capabilities?: readonly string[] | undefined;
}

const HOUR_MS = 3_600_000;
const WAITS = problem('already_exists', 'the same is asked already and waits');
const NO_RESOURCE = problem('not_found', 'there is no such thing here');

/** Opens a request: decided at once where a deny rule or the review says so, else left to handlers and approvers. */
export function createOpening(
  deps: OpeningDependencies,
): (
  resource: AclResource,
  principal: Principal,
  opening: Opening,
) => Promise<{ readonly id: string; readonly position: number } | Problem> {
  const { service, requests, directory, handlers, rights, asked } = deps;
  const { clock, disclose, ids } = service;

  const commandFor = (
    resource: AclResource,
    principal: Principal,
    opening: Opening,
    id: string,
    time: string,
  ): Open => {
    const { organization } = principal;
    const party: Party = { kind: principal.kind, id: principal.id };
    const review = rights.reviews.reviewFor(organization, resource, party, Date.parse(time));
    const agent = party.kind === 'agent' ? directory.agent(organization, party.id) : undefined;
    const approvalRequired = agent?.access.approval_required ?? false;
    const denyRule = rights.denyRule(organization, party, null);
    const asking = handlers.of(organization).map((handler) => handler.id);
    const facts = { denyRule, handlers: [], onRequest: review.on_request, approvalRequired };
    const timeoutMs = review.timeout_hours * HOUR_MS;
    const { reason, capabilities } = opening;
    // OpenIntent's clients send an empty reason where they are given none.
    return {
      kind: 'open',
      asked: {
        ...{ request_id: id, resource, principal: party },
        requested_permission: opening.requested_permission,
        ...{ review, approval_required: approvalRequired, handlers: asking },
        timeout_ms: timeoutMs,
        expires_at: new Date(Date.parse(time) + timeoutMs).toISOString(),
      },
      automatic:
        denyRule === null && asking.length > 0
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
    if (!rights.held(resource, principal, clock.nowMs())) return NO_RESOURCE;
    for (;;) {
      const before = asked.of(organization, principal);
      if (before.isWaiting(resource)) return WAITS;
      const wait = before.wait(clock.nowMs());
      if (wait !== null) return tooMany(wait);
      const id = accessRequestId(organization, principal, before.count);
      const metadata = edgeMetadata(service, { organization, correlation: id });
      const command = commandFor(resource, principal, opening, id, metadata.time);
      const handled = await requests.handle(streamName('accessrequest', id), command, metadata);
      if (handled.kind === 'failed') return storeProblem(handled.error);
      if (handled.kind !== 'rejected') return answered(handled, ({ position }) => ({ id, position }));
      // Another request of theirs has the number: it counts, and this one is the next.
      await deps.caughtUp();
    }
  };
}

function tooMany(retry_after_ms: number): Problem {
  const { capacity } = REQUEST_LIMITS;
  return problem('throttled', 'too many requests for access', {
    ...{ throttle: 'access_requests', limit: capacity, used: capacity, retry_after_ms },
  });
}
