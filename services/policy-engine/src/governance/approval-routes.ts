import type { Principal } from '@countersign/access';
import { type IntentApproval, type JsonObject, type Problem, problem, routes } from '@countersign/contracts';
import { isProblem, mount } from '@countersign/http';
import type { Projection } from '@countersign/processing';
import {
  actorOf,
  answered,
  edgeMetadata,
  findCaughtUp,
  openIntentTime,
  page,
  personal,
} from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import type { OpenMessage } from '../openintent/open-message.ts';
import { createAdmit } from '../workintent/admit.ts';
import type { WorkIntentRouteDependencies } from '../workintent/dependencies.ts';
import { workIntentStream } from '../workintent/shown.ts';
import type { WorkIntentRow } from '../workintent/view.ts';
import { type ApprovalRow, approvalsOf, keyInIntent, statusOf } from './views.ts';

interface ApprovalRouteDependencies extends WorkIntentRouteDependencies {
  readonly approvals: Projection<ApprovalRow>;
}

/** Approvals of what is done with a work intent: who works on it asks, who administers it answers. */
export function approvalRoutes(app: FastifyInstance, deps: ApprovalRouteDependencies): void {
  const { service, workIntents, governanceRights, approvals, open, caughtUp } = deps;
  const { views, ids, disclose } = service;
  const admit = createAdmit(deps);

  const find = ({ organization }: Principal, intentId: string, id: string) =>
    findCaughtUp(service, approvals, keyInIntent(organization, intentId, id), {
      stream: workIntentStream(organization, intentId),
    });
  const shown = async (row: ApprovalRow | undefined, intent: WorkIntentRow) =>
    row ? await approvalShown(open, row, intent) : NONE;

  mount(app, routes.requestIntentApproval, async ({ params: { id }, body, principal }) => {
    const admitted = await admit(principal, id, 'write');
    if (isProblem(admitted)) return admitted;
    const { organization } = principal;
    const approvalId = ids.next();
    const handled = await workIntents.handle(
      workIntentStream(organization, id),
      {
        kind: 'request-approval',
        ...{ intentId: id, approvalId, action: body.action, by: actorOf(principal) },
        personal: personal(principal.id, disclose('reason', body.reason), disclose('context', body.context)),
      },
      edgeMetadata(service, { organization }),
    );
    return answered(handled, async ({ position }) => {
      await caughtUp(position);
      const asked = await shown(await find(principal, id, approvalId), admitted.row);
      return isProblem(asked) ? asked : ({ status: 201, body: asked } as const);
    });
  });

  mount(app, routes.listIntentApprovals, async ({ params: { id }, query, principal }) => {
    const admitted = await admit(principal, id, 'read');
    if (isProblem(admitted)) return admitted;
    const { limit, offset, status } = query;
    const { row: intent } = admitted;
    const all = await approvalsOf(views, principal.organization, id);
    const rows = all.filter((row) => status === undefined || statusOf(row, intent) === status);
    const show = (row: ApprovalRow) => approvalShown(open, row, intent);
    const found = await page(rows.reverse().slice(offset), { limit }, (row) => row.id, show);
    return { status: 200, body: { approvals: found.items } };
  });

  mount(app, routes.getIntentApproval, async ({ params: { id, approval }, principal }) => {
    const admitted = await admit(principal, id, 'read');
    if (isProblem(admitted)) return admitted;
    const body = await shown(await find(principal, id, approval), admitted.row);
    return isProblem(body) ? body : ({ status: 200, body } as const);
  });

  const decide = async (
    principal: Principal,
    { id, approval }: { readonly id: string; readonly approval: string },
    decision: 'granted' | 'denied',
  ): Promise<Problem | { readonly status: 200; readonly body: IntentApproval }> => {
    const admitted = await admit(principal, id, 'admin');
    if (isProblem(admitted)) return admitted;
    const { organization } = principal;
    const by = actorOf(principal);
    // A yes that could not count would only look like one.
    if (!governanceRights.holds(organization, admitted.acl, by, 'admin'))
      return problem(
        'forbidden',
        'who decides must administer the work intent by a right in its organization',
      );
    const asked = await find(principal, id, approval);
    if (!asked) return NONE;
    const persons = {
      asking: governanceRights.personBehind(organization, asked.requested_by),
      answering: governanceRights.personBehind(organization, by),
    };
    const handled = await workIntents.handle(
      workIntentStream(organization, id),
      { kind: 'decide-approval', intentId: id, approvalId: approval, decision, persons, by },
      edgeMetadata(service, { organization }),
    );
    return answered(handled, async ({ position }) => {
      await caughtUp(position);
      const body = await shown(await find(principal, id, approval), admitted.row);
      return isProblem(body) ? body : ({ status: 200, body } as const);
    });
  };
  mount(app, routes.approveIntentApproval, ({ params, principal }) => decide(principal, params, 'granted'));
  mount(app, routes.denyIntentApproval, ({ params, principal }) => decide(principal, params, 'denied'));
}

const NONE = problem('not_found', 'there is no such approval');

async function approvalShown(
  open: OpenMessage,
  row: ApprovalRow,
  intent: WorkIntentRow,
): Promise<IntentApproval> {
  const { id, intent_id, action, requested_by, decided_by, decided_at } = row;
  const { fields } = await open(workIntentStream(row.organization, intent_id), row.sequence);
  return {
    id,
    intent_id,
    requested_by: requested_by.id,
    action,
    reason: fields.reason as IntentApproval['reason'],
    context: fields.context as JsonObject,
    status: statusOf(row, intent),
    created_at: openIntentTime(row.created_at),
    decided_by: decided_by?.id ?? null,
    decided_at: decided_at && openIntentTime(decided_at),
  };
}
