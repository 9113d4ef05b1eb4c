import type { Principal } from '@countersign/access';
import { type KillSwitch as KillSwitchView, type Problem, problem, routes } from '@countersign/contracts';
import type { Directory, KillSwitch, KillSwitchBoard } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import { isProblem, judged, mount } from '@countersign/http';
import {
  actorOf,
  answered,
  edgeMetadata,
  page,
  personal,
  type ServiceDependencies,
} from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { openText } from '../display-name.ts';
import { expiryErrors } from '../expiry.ts';
import type { Actor } from '../toolcall/events.ts';
import type { PermittedAt } from '../toolcall/visibility.ts';
import type { KillSwitchCommand } from './decide.ts';
import type { KillSwitchState } from './state.ts';

interface KillSwitchRouteDependencies {
  readonly service: ServiceDependencies;
  readonly killSwitches: CommandHandler<KillSwitchState, KillSwitchCommand, 'not_found' | 'void'>;
  readonly board: KillSwitchBoard;
  readonly directory: Directory;
  readonly permittedAt: PermittedAt;
  /** Resolves when the board has seen everything up to a position. */
  readonly reached: (position: number) => Promise<unknown> | undefined;
  /** Resolves when the switch is effective, or after the given time. */
  readonly whenEffective: (id: string, waitMs: number) => Promise<void>;
}

/** How long an engagement waits for its effect before it is answered. */
const EFFECT_WAIT_MS = 2_000;

const FORBIDDEN = problem('forbidden', 'the caller lacks the permission engage_kill_switch there', {
  required_permission: 'engage_kill_switch',
});

const NOT_FOUND = problem('not_found', 'there is no such kill switch');

/** In an emergency a slip of the pen must be told at once: such a switch would be effective and stop nothing. */
function noTarget(scope: KillSwitch['scope'], target: string | null): Problem {
  return problem('not_found', `there is no ${scope} "${target}" to stop; look its name up and engage again`);
}

/** Serves kill switches: commands write them, the board shows them. */
export function killSwitchRoutes(app: FastifyInstance, deps: KillSwitchRouteDependencies): void {
  const { service, killSwitches, board, directory } = deps;
  const { sealer, disclose, ids } = service;

  const view = async (one: KillSwitch): Promise<KillSwitchView> => {
    const { engaged, effective, released, expired } = one.positions;
    const ended = released ?? expired;
    return {
      id: one.id,
      state: one.state,
      scope: one.scope,
      target: one.target,
      reason: (await openText(sealer, one.engaged, 'reason')) ?? '',
      by: one.engaged.data.by as unknown as Actor,
      drill: one.drill,
      expires_at: one.expiresAt,
      engaged_at: one.engaged.time,
      engaged_position: String(engaged),
      effective_position: effective === undefined ? null : String(effective),
      ended_position: ended === undefined ? null : String(ended),
    };
  };

  /** Whether there is what a switch would stop. Calls are made for people who were never registered, too. */
  const exists = (organization: string, scope: KillSwitch['scope'], target: string | null): boolean => {
    if (target === null) return true;
    if (scope === 'agent') return directory.agent(organization, target) !== undefined;
    if (scope === 'tool') return directory.tool(organization, target) !== undefined;
    return scope !== 'organization' || directory.organization(target) !== undefined;
  };

  /** The switch as it stands. */
  const shown = async (id: string): Promise<KillSwitchView | Problem> => {
    const one = board.get(id);
    return one ? view(one) : NOT_FOUND;
  };

  /** A switch on one agent is of the agent's project, any other of the organization. */
  const holds = (
    principal: Principal,
    permission: 'read' | 'engage_kill_switch',
    { scope, target }: Pick<KillSwitch, 'scope' | 'target'>,
  ): boolean =>
    scope === 'agent' && target !== null
      ? deps.permittedAt(principal, permission, { agent_id: target })
      : app.edge.allows(principal, permission);
  const seen = (principal: Principal): KillSwitch[] =>
    board.list(principal.organization).filter((one) => holds(principal, 'read', one));
  const maySee = (id: string, principal: Principal): boolean =>
    principal.installationOwner || seen(principal).some((one) => one.id === id);

  const engage = judged(routes.engageKillSwitch, ({ body }) => expiryErrors(body.expires_at, service.clock));
  mount(app, engage, async ({ body, principal }) => {
    if (body.scope === 'all' && !principal.installationOwner) {
      return problem('forbidden', "scope all is the installation owner's", {
        required_permission: 'operate_installation',
      });
    }
    const { organization } = principal;
    const target = body.scope === 'organization' ? (body.target ?? organization) : (body.target ?? null);
    const imposed = body.scope === 'organization' && target !== organization;
    if (imposed && !principal.installationOwner) {
      return problem('forbidden', 'another organization is not yours to stop', {
        required_permission: 'operate_installation',
      });
    }
    if (!holds(principal, 'engage_kill_switch', { scope: body.scope, target })) return FORBIDDEN;
    if (!exists(organization, body.scope, target)) return noTarget(body.scope, target);
    const id = ids.next();
    const handled = await killSwitches.handle(
      streamName('killswitch', id),
      {
        kind: 'engage',
        target: { kill_switch_id: id, scope: body.scope, target, drill: body.drill },
        by: actorOf(principal),
        imposed,
        expiresAt: body.expires_at ?? null,
        personal: personal(principal.id, disclose('reason', body.reason)),
      },
      // Whoever is stopped can show from their own record why.
      edgeMetadata(service, { organization: imposed && target !== null ? target : organization }),
    );
    return answered(handled, async ({ position }) => {
      await deps.reached(position);
      await deps.whenEffective(id, EFFECT_WAIT_MS);
      const engaged = await shown(id);
      return isProblem(engaged) ? engaged : { status: 201, body: engaged };
    });
  });

  mount(app, routes.releaseKillSwitch, async ({ params, body, principal }) => {
    const present = board.get(params.id);
    if (!present || !maySee(params.id, principal)) return NOT_FOUND;
    if (!holds(principal, 'engage_kill_switch', present)) return FORBIDDEN;
    const foreign =
      present.imposed || present.organization !== principal.organization || present.scope === 'all';
    if (foreign && !principal.installationOwner) {
      return problem('forbidden', "the kill switch is the installation owner's", {
        required_permission: 'operate_installation',
      });
    }
    const handled = await killSwitches.handle(
      streamName('killswitch', params.id),
      {
        kind: 'release',
        by: actorOf(principal),
        personal: personal(principal.id, disclose('reason', body.reason)),
      },
      edgeMetadata(service, { organization: present.organization }),
    );
    return answered(handled, async ({ position }) => {
      await deps.reached(position);
      const released = await shown(params.id);
      return isProblem(released) ? released : { status: 200, body: released };
    });
  });

  mount(app, routes.getKillSwitch, async ({ params, principal }) => {
    const view = maySee(params.id, principal) ? await shown(params.id) : NOT_FOUND;
    return isProblem(view) ? view : { status: 200, body: view };
  });

  mount(app, routes.listKillSwitches, async ({ query, principal }) => {
    const { state } = query;
    const all = seen(principal).filter((one) => state === undefined || one.state === state);
    const sorted = all.sort((a, b) => (a.id < b.id ? -1 : 1));
    const found = await page(sorted, query, (one) => one.id, view);
    return isProblem(found) ? found : { status: 200, body: found };
  });
}
