import type { Principal } from '@countersign/access';
import { type Agent as AgentView, type Problem, problem, routes } from '@countersign/contracts';
import { type AgentEntry, DEFAULT_PROJECT, type Directory } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import { isProblem, mount } from '@countersign/http';
import {
  type Admission,
  actorOf,
  admissionProblem,
  edgeMetadata,
  page,
  personal,
  type ServiceDependencies,
} from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { openText } from '../display-name.ts';
import { answeredEverywhere, type ReachedEverywhere } from '../killswitch/reached-everywhere.ts';
import type { PermittedAt } from '../toolcall/visibility.ts';
import { claimProblem, type Granting } from '../user/granting.ts';
import { boundsFor } from './bounds.ts';
import type { AgentCommand, AgentRejection } from './decide.ts';
import { createAgentRefusal, delegationProblem, NO_SUCH_AGENT, NOT_IN_PROJECT } from './refusal.ts';
import type { Agent } from './state.ts';

/** What agents are served with. */
export interface AgentRouteDependencies {
  readonly service: ServiceDependencies;
  readonly agents: CommandHandler<Agent, AgentCommand, AgentRejection>;
  readonly directory: Directory;
  readonly permittedAt: PermittedAt;
  readonly granting: Granting;
  readonly reached: ReachedEverywhere;
  readonly admission: Pick<Admission, 'place'>;
}

/** Serves agents: commands write them, the directory shows them. */
export function agentRoutes(app: FastifyInstance, deps: AgentRouteDependencies): void {
  const { service, agents, directory } = deps;
  const { sealer, disclose } = service;

  const view = async (entry: AgentEntry): Promise<AgentView> => ({
    id: entry.data.agent_id,
    display_name: await openText(sealer, entry.message, 'display_name'),
    project: entry.data.project,
    owner: entry.data.owner,
    acts_for: entry.data.acts_for,
    session_scope: entry.data.session_scope,
    enabled: entry.enabled,
    default_permission: entry.access.default_permission,
    approval_required: entry.access.approval_required,
    created_at: entry.createdAt,
    updated_at: entry.updatedAt,
  });

  const refusalAt = createAgentRefusal(deps.permittedAt);

  /** Enabled agents are one gauge of the plan: asked before there is one more. */
  const placeProblem = async (
    { organization }: Principal,
    subject: string,
    { project, owner: user }: Pick<AgentEntry['data'], 'project' | 'owner'>,
  ): Promise<Problem | null> => {
    const answer = await deps.admission.place({
      organization,
      gauge: 'active_agents',
      subject,
      project,
      user,
    });
    return answer.kind === 'admitted' ? null : admissionProblem(answer);
  };

  /** Handles and answers the agent as the directory then has it; `created` tells 201 from 200. */
  const handle = async (
    principal: Principal,
    id: string,
    command: AgentCommand,
  ): Promise<{ created: boolean; body: AgentView } | Problem> => {
    const { organization } = principal;
    const handled = await agents.handle(
      streamName('agent', `${organization}:${id}`),
      command,
      edgeMetadata(service, { organization }),
    );
    return answeredEverywhere(handled, deps.reached, async ({ events }) => {
      const entry = directory.agent(organization, id);
      return entry ? { created: events[0]?.version === 1, body: await view(entry) } : NO_SUCH_AGENT;
    });
  };

  mount(app, routes.putAgent, async ({ params, body, principal }) => {
    const owner = body.owner ?? (principal.kind === 'user' ? principal.id : undefined);
    if (owner === undefined) {
      return problem('invalid_request', 'owner: is required where the caller is no user', {
        errors: [
          { pointer: '/owner', detail: 'is required where the caller is no user: name the owning user' },
        ],
      });
    }
    const project = body.project ?? DEFAULT_PROJECT;
    const present = directory.agent(principal.organization, params.id);
    const refused = present && refusalAt(principal, 'manage_agents', params.id);
    if (refused) return refused;
    if (!app.edge.allows(principal, 'manage_agents', { project })) return NOT_IN_PROJECT;
    const actsFor = body.acts_for ?? [owner];
    const delegation = { project, owner, acts_for: actsFor };
    const beyond =
      delegationProblem(deps, principal, present?.data, delegation) ??
      (present ? null : await claimProblem(deps.granting, principal, { kind: 'agent', id: params.id }));
    if (beyond) return beyond;
    const full = present === undefined ? await placeProblem(principal, params.id, { project, owner }) : null;
    if (full) return full;
    const name = body.display_name ?? null;
    const answer = await handle(principal, params.id, {
      kind: 'register',
      registration: {
        agent_id: params.id,
        project,
        owner,
        acts_for: actsFor,
        session_scope: body.session_scope ?? null,
        ...boundsFor(deps.granting, principal, present?.data, { project, acts_for: actsFor }),
      },
      seen: deps.granting.holdsEverything(principal) ? null : present?.data,
      sameName: present !== undefined && (await openText(sealer, present.message, 'display_name')) === name,
      by: actorOf(principal),
      personal: personal(owner, disclose('display_name', name)),
    });
    if (isProblem(answer)) return answer;
    return answer.created ? { status: 201, body: answer.body } : { status: 200, body: answer.body };
  });

  mount(app, routes.putAgentAccess, async ({ params, body, principal }) => {
    const command = { kind: 'set-access', access: body, by: actorOf(principal) } as const;
    const answer = await handle(principal, params.id, command);
    return isProblem(answer) ? answer : { status: 200, body: answer.body };
  });

  mount(app, routes.getAgent, async ({ params, principal }) => {
    const entry = directory.agent(principal.organization, params.id);
    if (!entry || refusalAt(principal, 'read', params.id)) return NO_SUCH_AGENT;
    return { status: 200, body: await view(entry) };
  });

  mount(app, routes.listAgents, async ({ query, principal }) => {
    const seen = directory
      .agents(principal.organization)
      .filter(({ data }) => deps.permittedAt(principal, 'read', data));
    const found = await page(seen, query, (entry) => entry.data.agent_id, view);
    return isProblem(found) ? found : { status: 200, body: found };
  });

  const switchTo =
    (kind: 'disable' | 'enable') => async (principal: Principal, id: string, reason: string) => {
      const refused = refusalAt(principal, 'manage_agents', id);
      if (refused) return refused;
      const entry = kind === 'enable' ? directory.agent(principal.organization, id) : undefined;
      const full = entry?.enabled === false ? await placeProblem(principal, id, entry.data) : null;
      if (full) return full;
      const command = {
        kind,
        by: actorOf(principal),
        personal: personal(principal.id, disclose('reason', reason)),
      };
      const answer = await handle(principal, id, command);
      return isProblem(answer) ? answer : { status: 200 as const, body: answer.body };
    };
  const disable = switchTo('disable');
  const enable = switchTo('enable');
  mount(app, routes.disableAgent, ({ params, body, principal }) =>
    disable(principal, params.id, body.reason),
  );
  mount(app, routes.enableAgent, ({ params, body, principal }) => enable(principal, params.id, body.reason));
}
