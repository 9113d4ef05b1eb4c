import { type Directory, FIRST_ORGANIZATION, type InvitationEntry, type Keys } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import { type CommandHandler, createCommandHandler } from '@countersign/event-store';
import type { DueSource } from '@countersign/processing';
import type { Admission, ServiceDependencies } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { createTakeSeat } from './admission/seat.ts';
import { type ApiKey, type ApiKeyCommand, type ApiKeyRejection, apiKey } from './apikey/decide.ts';
import { createMakeKey } from './apikey/make-key.ts';
import { apiKeyRoutes } from './apikey/routes.ts';
import { reachableOwners } from './authentication/authenticate.ts';
import { group } from './group/decide.ts';
import { groupRoutes } from './group/routes.ts';
import { createAcceptInvitation } from './invitation/accept.ts';
import { invitation } from './invitation/decide.ts';
import { createEndInvitations } from './invitation/end.ts';
import { invitationRoutes } from './invitation/routes.ts';
import type { ReachedEverywhere } from './killswitch/reached-everywhere.ts';
import { createYieldOwnership } from './ownership/yield-ownership.ts';
import { project } from './project/decide.ts';
import { projectRoutes } from './project/routes.ts';
import { createInvitationExpiries } from './timers/invitation-expiries.ts';
import { type User, type UserCommand, type UserRejection, user } from './user/decide.ts';
import type { Granting } from './user/granting.ts';
import { userRoutes } from './user/routes.ts';
import { workspace } from './workspace/decide.ts';
import { workspaceRoutes } from './workspace/routes.ts';

interface MemberDependencies {
  readonly service: ServiceDependencies;
  readonly directory: Directory;
  readonly keys: Keys;
  readonly granting: Granting;
  readonly admission: Pick<Admission, 'place'>;
  readonly reached: ReachedEverywhere;
  /** Resolves when users, keys and all else of the directory are known up to what the ledger holds now. */
  readonly caughtUp: () => Promise<unknown>;
}

/** Who belongs to an organization and where: users, their invitations, keys and groups, workspaces and projects. */
export interface Members {
  readonly users: CommandHandler<User, UserCommand, UserRejection>;
  readonly apiKeys: CommandHandler<ApiKey, ApiKeyCommand, ApiKeyRejection>;
  /** Invitations that nobody has accepted in time. */
  readonly expiries: DueSource<InvitationEntry>;
  routes(app: FastifyInstance): void;
}

/** Builds the aggregates and their routes over one store. */
export function createMembers(deps: MemberDependencies): Members {
  const { service, directory, keys, admission } = deps;
  const { store, clock } = service;
  const { seal } = service.sealer;
  const users = createCommandHandler({ store, decider: user, seal });
  const apiKeys = createCommandHandler({ store, decider: apiKey, seal });
  const workspaces = createCommandHandler({ store, decider: workspace, seal });
  const projects = createCommandHandler({ store, decider: project, seal });
  const groups = createCommandHandler({ store, decider: group, seal });
  const invitations = createCommandHandler({ store, decider: invitation, seal });
  return {
    users,
    apiKeys,
    expiries: createInvitationExpiries({ invitations, directory }),
    routes(app) {
      const yieldOwnership = createYieldOwnership({
        service,
        versionOf: async (id) => {
          const stream = streamName('user', `${FIRST_ORGANIZATION}:${id}`);
          return (await store.read(stream, { visibility: 'accepted' })).at(-1)?.version ?? 0;
        },
        othersReachable: (besides) => reachableOwners(keys, directory, clock, besides),
        caughtUp: deps.caughtUp,
      });
      const makeKey = createMakeKey(service, apiKeys);
      const takeSeat = createTakeSeat(admission, directory);
      const endInvitations = createEndInvitations({ ...deps, invitations });
      userRoutes(app, { ...deps, users, yieldOwnership, takeSeat, endInvitations });
      apiKeyRoutes(app, { ...deps, apiKeys, makeKey });
      const accept = createAcceptInvitation({ ...deps, invitations, users, makeKey });
      invitationRoutes(app, { ...deps, invitations, accept, takeSeat });
      workspaceRoutes(app, { ...deps, workspaces });
      projectRoutes(app, { ...deps, projects });
      groupRoutes(app, { ...deps, groups });
    },
  };
}
