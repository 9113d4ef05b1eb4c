import { isSame, type Party } from '@countersign/access';
import { type Group as GroupView, problem, routes } from '@countersign/contracts';
import type { Directory, GroupEntry } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import { judged, mount } from '@countersign/http';
import { actorOf, edgeMetadata, page, type ServiceDependencies } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { answeredEverywhere, type ReachedEverywhere } from '../killswitch/reached-everywhere.ts';
import type { Granting } from '../user/granting.ts';
import type { Group, GroupCommand, GroupRejection } from './decide.ts';

interface GroupRouteDependencies {
  readonly service: ServiceDependencies;
  readonly groups: CommandHandler<Group, GroupCommand, GroupRejection>;
  readonly directory: Directory;
  readonly granting: Granting;
  readonly reached: ReachedEverywhere;
}

const NOT_FOUND = problem('not_found', 'there is no such group');

const NOT_THEIRS = problem(
  'forbidden',
  'only a member of the group, or who holds every permission of the organization, makes others members',
);

/** Serves groups: commands write them, the directory shows them. */
export function groupRoutes(app: FastifyInstance, deps: GroupRouteDependencies): void {
  const { service, groups, directory } = deps;
  const view = ({ id, members, createdAt, message }: GroupEntry): GroupView => ({
    id,
    members: members.map(({ kind, id }) => ({ kind, id })),
    created_at: createdAt,
    updated_at: message.time,
  });

  /** Services are registered nowhere; people and agents are. */
  const putGroup = judged(routes.putGroup, ({ body: { members = [] }, principal: { organization } }) =>
    members.flatMap(({ kind, id }, index) => {
      const isKnown =
        kind === 'service' ||
        (kind === 'agent' ? directory.agent(organization, id) : directory.user(organization, id));
      const pointer = `/members/${index}`;
      return isKnown ? [] : [{ pointer, detail: `there is no ${kind} ${id}; register it first` }];
    }),
  );

  mount(app, putGroup, async ({ params: { id }, body, principal }) => {
    const { organization } = principal;
    const entry = directory.group(organization, id);
    const before = entry?.members ?? [];
    const isMember = (one: Party) => before.some((member) => isSame(member, one));
    const mayAnybody = deps.granting.holdsEverything(principal);
    const joins = body.members.some((member) => !isMember(member));
    if (joins && !isMember(principal) && !mayAnybody) return NOT_THEIRS;
    const handled = await groups.handle(
      streamName('group', `${organization}:${id}`),
      {
        kind: 'register',
        registration: { group_id: id, members: inOrder(body.members) },
        seen: mayAnybody ? null : (entry?.message.sequence ?? 0),
        leftSince: joins && entry ? entry.message.sequence : null,
        by: actorOf(principal),
      },
      edgeMetadata(service, { organization }),
    );
    return answeredEverywhere(handled, deps.reached, ({ events }) => {
      const after = directory.group(organization, id);
      if (!after) return NOT_FOUND;
      const isNew = events[0]?.type === 'group-registered.v1';
      return isNew ? { status: 201, body: view(after) } : { status: 200, body: view(after) };
    });
  });

  mount(app, routes.getGroup, ({ params, principal }) => {
    const entry = directory.group(principal.organization, params.id);
    return entry ? { status: 200, body: view(entry) } : NOT_FOUND;
  });

  mount(app, routes.listGroups, async ({ query, principal }) => ({
    status: 200,
    body: await page(directory.groups(principal.organization), query, ({ id }) => id, view),
  }));

  mount(app, routes.removeGroup, async ({ params: { id }, principal }) => {
    const { organization } = principal;
    if (!directory.group(organization, id)) return NOT_FOUND;
    const handled = await groups.handle(
      streamName('group', `${organization}:${id}`),
      { kind: 'remove', by: actorOf(principal) },
      edgeMetadata(service, { organization }),
    );
    return answeredEverywhere(handled, deps.reached, () => ({ status: 204 }));
  });
}

/** Sorted and each once, so that the same members are the same registration. */
function inOrder(members: readonly Party[]): readonly Party[] {
  const byName = new Map(members.map(({ kind, id }) => [`${kind}:${id}`, { kind, id }]));
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, member]) => member);
}
