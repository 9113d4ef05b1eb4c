import type { Principal } from '@countersign/access';
import { type Approval as ApprovalView, type Problem, problem, routes } from '@countersign/contracts';
import { type Directory, projectOf, type RetentionBoard } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import { isProblem, mount } from '@countersign/http';
import { isOpenError } from '@countersign/sealing';
import {
  answered,
  edgeMetadata,
  listRows,
  personalOfCall,
  type ServiceDependencies,
  storeProblem,
} from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { type ApprovalRow, approvalsView } from '../views/approvals.ts';
import type { ApprovalCommand, ApprovalRejection } from './decide.ts';
import type { WhyFallen } from './fallen.ts';
import type { Approval } from './state.ts';
import { createApproverCheck, createIsKept } from './visibility.ts';

interface ApprovalRouteDependencies {
  readonly service: ServiceDependencies;
  readonly approvals: CommandHandler<Approval, ApprovalCommand, ApprovalRejection>;
  readonly directory: Directory;
  readonly retention: Pick<RetentionBoard, 'horizon'>;
  /** Resolves when everything is known that has been let go of up to now. */
  readonly knowsRetention: () => Promise<unknown>;
  readonly findApproval: (id: string) => Promise<ApprovalRow | undefined>;
  readonly whyFallen: WhyFallen;
}

const NOT_FOUND = problem('not_found', 'there is no such approval, or the caller may not see it');

const REFUSALS = {
  self_approval:
    'nobody approves a call that acts for them, comes from their agent, or was asked for by them',
  not_an_approver: 'the approvers of this approval do not include the caller',
} as const;

const FORBIDDEN = problem('forbidden', 'the caller lacks the permission read', {
  required_permission: 'read',
});

/** Serves approvals: votes are commands, the view shows the rest. */
export function approvalRoutes(app: FastifyInstance, deps: ApprovalRouteDependencies): void {
  const { service, approvals, directory } = deps;
  const { store, sealer, disclose, views } = service;

  const view = async (row: ApprovalRow): Promise<ApprovalView | Problem> => {
    const [event] = await store.read(streamName('approval', row.id), { limit: 1, visibility: 'accepted' });
    const opened = event ? await sealer.open(event) : null;
    if (!opened || isOpenError(opened))
      return problem('unavailable', 'the erasable fields can not be opened now');
    const erased = { erased: true } as const;
    const {
      arguments: args = erased,
      reason = erased,
      reasoning = opened.erased ? erased : null,
    } = opened.fields;
    const { question } = row;
    return {
      id: row.id,
      state: row.state,
      agent_id: row.agent_id,
      user_id: row.user_id,
      tool_name: row.tool_name,
      arguments: args as ApprovalView['arguments'],
      arguments_digest: question.arguments_digest,
      reason: reason as ApprovalView['reason'],
      reasoning: reasoning as ApprovalView['reasoning'],
      risks: question.risks,
      reasons: question.reasons,
      approvers: question.approvers,
      quorum: { needed: question.quorum.needed, given: row.given },
      created_at: row.created_at,
      expires_at: question.expires_at,
      position: String(row.position),
    };
  };

  const isKept = createIsKept(deps.retention);
  const refusalOf = createApproverCheck(directory);
  /** People with `read` see all approvals, of a project where they have it there; anybody else those that name them. */
  const sees = (row: ApprovalRow, principal: Principal): boolean =>
    (principal.kind === 'user' && row.question.approvers.includes(`user:${principal.id}`)) ||
    refusalOf(row, principal) === null ||
    app.edge.allows(principal, 'read', { project: projectOf(directory, row.organization, row.agent_id) });
  const seesAll = (principal: Principal) => app.edge.allows(principal, 'read');

  mount(app, routes.decideApproval, async ({ params, body, principal }) => {
    const row = await deps.findApproval(params.id);
    if (row?.organization !== principal.organization) return NOT_FOUND;
    // People answer. Of others, who asked knows of the question, and is told why they can't.
    if (principal.kind !== 'user') {
      return refusalOf(row, principal) === 'self_approval'
        ? problem('self_approval', REFUSALS.self_approval)
        : NOT_FOUND;
    }
    const stream = streamName('approval', row.id);
    const asker = { organization: principal.organization, correlation: row.id };
    // An answer may not overtake what has felled its question, even where all is back as it was, nor what took from the
    // approver the right to give it: this waits for all that was said.
    const cause = row.state === 'waiting' ? await deps.whyFallen(row) : null;
    if (cause !== null) {
      const ended = await approvals.handle(stream, { kind: 'void', cause }, edgeMetadata(service, asker));
      if (ended.kind === 'failed') return storeProblem(ended.error);
    }
    const refused = refusalOf(row, principal);
    if (refused === 'self_approval' || refused === 'not_an_approver')
      return problem(refused, REFUSALS[refused]);
    const metadata = edgeMetadata(service, asker);
    const reason = disclose('reason', body.reason);
    const handled = await approvals.handle(
      stream,
      {
        kind: 'vote',
        by: { kind: principal.kind, id: principal.id },
        decision: body.decision,
        argumentsDigest: body.arguments_digest,
        time: metadata.time,
        personal: { vote: personalOfCall(principal.id, reason), end: personalOfCall(principal.id, reason) },
      },
      metadata,
    );
    return answered(handled, async ({ state, position }) => {
      await views.reached(position);
      if (state.status === 'none') return NOT_FOUND;
      const quorum = { needed: state.asked.quorum.needed, given: state.approvedBy.length };
      return { status: 200, body: { state: state.status, quorum } };
    });
  });

  mount(app, routes.getApproval, async ({ params, principal }) => {
    if (!seesAll(principal) && principal.kind !== 'user') return FORBIDDEN;
    const row = await deps.findApproval(params.id);
    if (row?.organization !== principal.organization) return NOT_FOUND;
    if (row.state !== 'waiting') await deps.knowsRetention();
    if (!isKept(row)) return NOT_FOUND;
    if (!seesAll(principal) && !sees(row, principal)) return NOT_FOUND;
    const shown = await view(row);
    return isProblem(shown) ? shown : { status: 200, body: shown };
  });

  mount(app, routes.listApprovals, async ({ query, principal }) => {
    if (!seesAll(principal) && principal.kind !== 'user') return FORBIDDEN;
    await deps.knowsRetention();
    const filter = seesAll(principal) ? 'all' : (row: ApprovalRow) => sees(row, principal);
    const { organization } = principal;
    const where = { organization, ...(query.state === undefined ? {} : { state: query.state }) };
    const list = { view: approvalsView.name, where, sees: filter, isKept } as const;
    const found = await listRows(views, list, query, view);
    return isProblem(found) ? found : { status: 200, body: found };
  });
}
