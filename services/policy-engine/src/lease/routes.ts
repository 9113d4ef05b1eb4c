import type { Principal } from '@countersign/access';
import { type Lease, problem, routes } from '@countersign/contracts';
import { isProblem, mount } from '@countersign/http';
import { actorOf, answered, edgeMetadata, openIntentTime, timeOf } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { violationIn } from '../governance/refusals.ts';
import { createAdmit } from '../workintent/admit.ts';
import type { WorkIntentCommand } from '../workintent/decide.ts';
import type { WorkIntentRouteDependencies } from '../workintent/dependencies.ts';
import { workIntentStream } from '../workintent/shown.ts';
import type { KnownLease } from './board.ts';
import { withExisting } from './conflict.ts';
import { NO_LEASE } from './decide.ts';
import { isActive } from './judge.ts';

/** Leases of parts of the state of a work intent: who writes takes one, and it ends by itself. */
export function leaseRoutes(app: FastifyInstance, deps: WorkIntentRouteDependencies): void {
  const { service, workIntents, governanceRights, leases, caughtUp } = deps;
  const { clock, ids } = service;
  const admit = createAdmit(deps);
  const endAfter = (seconds: number) => new Date(clock.nowMs() + seconds * 1_000).toISOString();

  /** Handles a command about a lease, and answers how it is afterwards: `undefined` once it has ended. */
  const handle = async (
    { organization }: Principal,
    intentId: string,
    command: WorkIntentCommand & { leaseId: string },
  ) => {
    const handled = await workIntents.handle(
      workIntentStream(organization, intentId),
      command,
      edgeMetadata(service, { organization }),
    );
    return answered(handled, async ({ events, position }) => {
      const violation = violationIn(events);
      if (violation) return violation;
      await caughtUp(position);
      const lease = leases.of(organization, intentId).find(({ id }) => id === command.leaseId);
      return { lease: lease && leaseShown(lease) };
    });
  };

  mount(app, routes.acquireLease, async ({ params: { id }, body, principal }) => {
    const admitted = await admit(principal, id, 'write');
    if (isProblem(admitted)) return admitted;
    const { organization } = principal;
    const by = actorOf(principal);
    // It would be taken again as soon as anything about the list changes.
    if (!governanceRights.holds(organization, admitted.acl, by, 'write'))
      return problem('forbidden', 'a lease is held by a right in the organization of the work intent');
    const done = await handle(principal, id, {
      kind: 'acquire-lease',
      ...{ intentId: id, leaseId: ids.next(), scope: body.scope },
      ...{ expiresAt: endAfter(body.duration_seconds), by, time: timeOf(clock) },
      isAssigned: governanceRights.isAssigned(organization, admitted.acl, admitted.granter.principal),
    });
    if (isProblem(done)) {
      await caughtUp();
      return withExisting(done, leases.of(organization, id), [body.scope], timeOf(clock));
    }
    return done.lease ? { status: 201, body: done.lease } : ended();
  });

  mount(app, routes.listLeases, async ({ params: { id }, principal }) => {
    const admitted = await admit(principal, id, 'read');
    if (isProblem(admitted)) return admitted;
    const active = leases
      .of(principal.organization, id)
      .filter(({ expires_at }) => isActive(expires_at, timeOf(clock)));
    return { status: 200, body: { leases: active.map(leaseShown) } };
  });

  mount(app, routes.renewLease, async ({ params: { id, lease }, body, principal }) => {
    const admitted = await admit(principal, id, 'write');
    if (isProblem(admitted)) return admitted;
    const { acl, granter } = admitted;
    const done = await handle(principal, id, {
      kind: 'renew-lease',
      ...{ intentId: id, leaseId: lease, expiresAt: endAfter(body.duration_seconds) },
      ...{ by: actorOf(principal), time: timeOf(clock) },
      isAssigned: governanceRights.isAssigned(principal.organization, acl, granter.principal),
    });
    if (isProblem(done)) return done;
    return done.lease ? { status: 200, body: done.lease } : ended();
  });

  mount(app, routes.releaseLease, async ({ params: { id, lease }, principal }) => {
    const admitted = await admit(principal, id, 'write');
    if (isProblem(admitted)) return admitted;
    const done = await handle(principal, id, {
      kind: 'release-lease',
      ...{ intentId: id, leaseId: lease, by: actorOf(principal), time: timeOf(clock) },
    });
    return isProblem(done) ? done : { status: 204 };
  });
}

/** It was taken in the moment between. */
const ended = () => problem('not_found', NO_LEASE);

function leaseShown({ id, intent_id, holder, scope, acquired_at, expires_at }: KnownLease): Lease {
  return {
    id,
    intent_id,
    agent_id: holder.id,
    scope,
    status: 'active',
    acquired_at: openIntentTime(acquired_at),
    expires_at: openIntentTime(expires_at),
  };
}
