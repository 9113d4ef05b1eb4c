import {
  DEFAULT_ROLES,
  grantedAt,
  grantsEverythingAt,
  type RoleAssignment,
  type RoleCatalog,
  roleRights,
  type Scope,
  type ScopePath,
} from '@countersign/access';
import type { AgentRegistered } from '@countersign/contracts';
import { missingFor } from '@countersign/directory';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Caller, callerOf } from '../testing/caller.ts';
import { type RunningGateway, startGateway } from '../testing/running-gateway.ts';

/** Roles that administer something and not everything. */
const CUSTOM = {
  hr: ['read', 'manage_users'],
  keymaster: ['manage_keys', 'call_tools', 'read'],
  planner: ['manage_workspaces'],
  trainer: ['manage_agents', 'read'],
  clerk: ['read', 'deploy_things'],
};
const custom = Object.entries(CUSTOM).map(([role, permissions]) => ({ role, permissions }));
const ROLES: RoleCatalog = {
  organization: [...DEFAULT_ROLES.organization, ...custom],
  workspace: [...DEFAULT_ROLES.workspace, ...custom],
  project: [...DEFAULT_ROLES.project, ...custom],
};
const RIGHTS = roleRights(ROLES);
/** Also one that only a tool asks for. */
const PERMISSIONS = [
  ...new Set([...Object.values(CUSTOM).flat(), 'manage_tools', 'publish_policies', 'approve_tool_calls']),
  'read_audit',
  'call_tools',
];

const PEOPLE = ['ann', 'bob', 'cat', 'new-one'] as const;
/** A new one, one in a group, one that an access list names; beside them what else that names before it is there. */
const SERVICES = ['ci', 'auditor', 'reporter'];
/** Whom a policy and access reviews name as approvers before they are there. */
const NAMED = 'user:named-one';
const REVIEWING = ['agent:reviewing-bot', 'user:reviewing-one', 'user:bare-one'];
/** Whom one comes to name, whose invitations are kept until then. */
const LATE = 'user:late-one';
const LISTED = ['service:reporter', 'agent:listed-bot', 'user:listed-one'];
const role = fc.constantFrom(...Object.keys(CUSTOM), 'operator', 'viewer', 'owner');
const place = fc.constantFrom(
  'organization',
  'organization',
  'organization',
  'default',
  'research',
  'web',
  'apollo',
);
const assignments = fc.array(fc.record({ role, place }), { maxLength: 3, size: 'max' });
const person = fc.constantFrom(
  ...PEOPLE,
  ...['boss', 'listed-one', 'named-one', 'reviewing-one', 'bare-one'],
);
const agent = fc.constantFrom('old-bot', 'new-bot', 'listed-bot', 'reviewing-bot');

type Given = readonly { readonly role: string; readonly place: string }[];

const act = fc.oneof(
  fc.record({
    kind: fc.constant('put-user' as const),
    person,
    roles: assignments,
    trust: fc.constantFrom(500, 1_000),
  }),
  fc.record({ kind: fc.constant('remove-user' as const), person }),
  fc.record({
    kind: fc.constant('make-key' as const),
    holder: fc.oneof(person, agent, fc.constantFrom(...SERVICES)),
  }),
  fc.record({ kind: fc.constant('rotate-keys' as const) }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('invite' as const),
      person: fc.oneof(person, fc.constant('late-one' as const)),
      roles: fc.oneof(assignments, fc.constant([])),
    }),
  },
  fc.record({ kind: fc.constant('put-group' as const), members: fc.uniqueArray(person) }),
  fc.record({ kind: fc.constant('put-workspace' as const) }),
  fc.record({
    kind: fc.constant('put-project' as const),
    project: fc.constantFrom('web', 'apollo'),
    workspace: fc.constantFrom('default', 'research'),
  }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('put-agent' as const),
      agent,
      project: fc.constantFrom('web', 'apollo'),
      actsFor: fc.oneof(fc.constant('any' as const), fc.uniqueArray(person), fc.constant(['dan'])),
    }),
  },
  // What others do: it gives nothing to who did not get it.
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('owner-names' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('owner-gives-dan' as const),
      roles: fc.oneof(assignments, fc.constant([{ role: 'clerk', place: 'organization' }])),
    }),
  },
);
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;

let runs = 0;

function entryOf(name: string) {
  const [kind = '', id = ''] = name.split(':');
  return {
    ...{ id: `of-${id}`, principal: { kind, id }, level: 'admin', delegable: null, parent: null },
    ...{ granted_by: { kind: 'user', id: 'boss' }, granted_at: '2026-11-21T12:00:00.000Z', expires_at: null },
  };
}

/** An organization with a boss, an agent that acts for them, a group, and three people who administer parts of it. */
async function organization(gateway: RunningGateway, roles: readonly Given[]) {
  runs += 1;
  const id = `run-${runs}`;
  const named = { 'countersign-organization': id };
  const asOwner = async (method: 'GET' | 'PUT' | 'POST', url: string, body?: object) => {
    const answer = await gateway.owner(method, url, body, named);
    if (answer.status >= 300) throw new Error(`${method} ${url}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const assigned = (given: Given): { scope: Scope; role: string }[] =>
    given.map(({ role, place }) => {
      if (place === 'organization') return { scope: { organization: id }, role };
      return {
        scope: place === 'web' || place === 'apollo' ? { project: place } : { workspace: place },
        role,
      };
    });
  await gateway.owner('POST', '/v1/organizations', { id });
  await asOwner('PUT', '/v1/users/boss', { roles: assigned([{ role: 'owner', place: 'organization' }]) });
  await asOwner('PUT', '/v1/agents/old-bot', { owner: 'boss', acts_for: ['boss'], project: 'web' });
  await asOwner('PUT', '/v1/users/dan', { roles: [] });
  await asOwner('PUT', '/v1/groups/board', {
    members: [
      { kind: 'user', id: 'boss' },
      { kind: 'service', id: 'auditor' },
    ],
  });
  await gateway.standIns.listsAccess(id, `intent-${id}`, LISTED.map(entryOf));
  await gateway.standIns.publishesPolicy(id, 'role:operator', NAMED);
  await gateway.standIns.reviewsAccess(id, `intent-${id}`, 'bare-one', 'user:reviewing-one');
  await gateway.standIns.reviewsAccess(id, `other-${id}`, 'agent:reviewing-bot', 'role:operator');
  await gateway.settled();
  const keys = new Map<string, Caller>();
  for (const [index, given] of roles.entries()) {
    const who = PEOPLE[index] as string;
    await asOwner('PUT', `/v1/users/${who}`, { roles: assigned(given) });
    const { key } = await asOwner('POST', '/v1/keys', { principal: { kind: 'user', id: who } });
    keys.set(key, callerOf(gateway.app, key));
  }
  return {
    id,
    asOwner,
    assigned,
    keys,
    invited: [] as { id: string; token: string }[],
  };
}

type Organization = Awaited<ReturnType<typeof organization>>;

/** All that the three can do together, with all keys that they have: rights by place, groups, trust. */
async function reach(
  gateway: RunningGateway,
  { id, asOwner, keys }: Organization,
): Promise<ReadonlySet<string>> {
  const [users, agents, groups, projects, listed] = await Promise.all(
    ['users', 'agents', 'groups', 'projects', 'keys'].map(
      async (what) => (await asOwner('GET', `/v1/${what}`)).items,
    ),
  );
  const workspaceOf = (project: string) =>
    projects.find((one: { id: string }) => one.id === project)?.workspace ?? 'default';
  const paths: ScopePath[] = [
    { organization: id },
    { organization: id, workspace: 'default' },
    { organization: id, workspace: 'research' },
    ...['web', 'apollo'].map((project) => ({ organization: id, workspace: workspaceOf(project), project })),
  ];
  const rolesOf = (who: string): readonly RoleAssignment[] =>
    users.find((one: { id: string }) => one.id === who)?.roles ?? [];
  const reached = new Set<string>();
  const add = (held: readonly RoleAssignment[], path: ScopePath, only: readonly string[] = PERMISSIONS) => {
    const at = path.project ?? path.workspace ?? 'organization';
    if (grantsEverythingAt(RIGHTS, held, path)) reached.add(`* at ${at}`);
    for (const permission of only)
      if (grantedAt(RIGHTS, held, path, permission)) reached.add(`${permission} at ${at}`);
  };
  const held = listed.filter(
    (one: { id: string; revoked_at: string | null }) =>
      [...keys.keys()].some((key) => key.includes(one.id)) && one.revoked_at === null,
  );
  const parties: { kind: string; id: string }[] = held.map((one: { principal: object }) => one.principal);
  for (const { kind, id: who } of parties) {
    if (kind === 'service') reached.add('call_tools at organization');
    if (LISTED.includes(`${kind}:${who}`)) reached.add(`list as ${kind}:${who}`);
    if ([NAMED, ...REVIEWING, LATE].includes(`${kind}:${who}`)) reached.add(`answers as ${who}`);
    if (kind === 'user') for (const path of paths) add(rolesOf(who), path);
    for (const group of groups)
      if (group.members.some((one: { kind: string; id: string }) => one.kind === kind && one.id === who))
        reached.add(`member of ${group.id}`);
  }
  for (const one of users)
    if (one.trust_score > 500 && parties.some(({ kind, id: who }) => kind === 'user' && who === one.id))
      reached.add(`trust of ${one.id}`);
  // What an agent may call for others is in reach of who has its key, or manages agents where it is.
  for (const one of agents) {
    const path = paths.find(({ project }) => project === one.project) as ScopePath;
    const isOurs =
      parties.some(({ kind, id: who }) => kind === 'agent' && who === one.id) ||
      reached.has(`manage_agents at ${one.project}`);
    if (!isOurs) continue;
    if (one.id !== 'new-bot') reached.add(one.id);
    const registered = await registrationOf(gateway, id, one.id);
    for (const user of users)
      if (
        (one.acts_for === 'any' || one.acts_for.includes(user.id)) &&
        missingFor(RIGHTS, registered, user, path, ['deploy_things']).length === 0
      )
        reached.add(`deploy_things at ${path.project}`);
  }
  return reached;
}

/** What an agent is registered with now, as decisions see it. */
async function registrationOf({ store }: RunningGateway, organization: string, agent: string) {
  const events = await store.read(`agent-${organization}:${agent}`, { visibility: 'accepted' });
  const last = events.findLast(({ type }) => type === 'agent-registered.v1' || type === 'agent-changed.v1');
  return last?.data as unknown as AgentRegistered | undefined;
}

/** Projects that are somewhere: registered, or an agent is in them. */
async function projectsOf({ asOwner }: Organization): Promise<ReadonlySet<string>> {
  const { items: registered } = await asOwner('GET', '/v1/projects');
  const { items: agents } = await asOwner('GET', '/v1/agents');
  return new Set([
    ...registered.map((one: { id: string }) => one.id),
    ...agents.map((one: { project: string }) => one.project),
  ]);
}

/** Tries an act with every key that they have, and keeps the keys that come of it. */
async function attempt(
  { assigned, keys, invited }: Organization,
  gateway: RunningGateway,
  one: Exclude<Act, { kind: 'owner-gives-dan' }>,
): Promise<void> {
  const keep = (key: unknown) => {
    if (typeof key === 'string') keys.set(key, callerOf(gateway.app, key));
  };
  const accept = async ({ id, token }: { id: string; token: string }) =>
    keep((await callerOf(gateway.app, token)('POST', `/v1/invitations/${id}/accept`, {})).body.key?.key);
  if (one.kind === 'owner-names') for (const invitation of invited.splice(0)) await accept(invitation);
  for (const [key, call] of [...keys]) {
    switch (one.kind) {
      case 'put-user':
        await call('PUT', `/v1/users/${one.person}`, { roles: assigned(one.roles), trust_score: one.trust });
        break;
      case 'remove-user':
        await call('DELETE', `/v1/users/${one.person}`);
        break;
      case 'make-key': {
        const isService = SERVICES.includes(one.holder);
        const kind = one.holder.endsWith('-bot') ? 'agent' : isService ? 'service' : 'user';
        keep((await call('POST', '/v1/keys', { principal: { kind, id: one.holder } })).body.key);
        break;
      }
      case 'rotate-keys':
        for (const { id } of (await call('GET', '/v1/keys')).body.items ?? [])
          if (!key.includes(id))
            keep((await call('POST', `/v1/keys/${id}/rotate`, { overlap_ms: 60_000 })).body.key);
        break;
      case 'invite': {
        const { body } = await call('POST', '/v1/invitations', {
          user: one.person,
          roles: assigned(one.roles),
        });
        if (typeof body.token !== 'string') break;
        if (LATE === `user:${one.person}`) invited.push(body);
        else await accept(body);
        break;
      }
      case 'put-group':
        await call('PUT', '/v1/groups/board', {
          members: one.members.map((id) => ({ kind: 'user', id })),
        });
        break;
      case 'put-workspace':
        await call('PUT', '/v1/workspaces/research', {});
        break;
      case 'put-project':
        await call('PUT', `/v1/projects/${one.project}`, { workspace: one.workspace });
        break;
      case 'put-agent':
        await call('PUT', `/v1/agents/${one.agent}`, { project: one.project, acts_for: one.actsFor });
    }
  }
}

it('people who administer parts of an organization get together nowhere that they were not, whatever they do', async () => {
  const gateway = await startGateway({ roles: ROLES });
  await gateway.standIns.publishesPlan('unlimited');
  const privileges = fc
    .tuple(assignments, assignments, assignments)
    .map((all) =>
      all.map((given) => given.filter(({ role, place }) => role !== 'owner' || place !== 'organization')),
    );
  await fc.assert(
    fc.asyncProperty(
      privileges,
      fc.array(act, { minLength: 4, maxLength: 12, size: 'max' }),
      async (roles, acts) => {
        const one = await organization(gateway, roles);
        const before = new Set(await reach(gateway, one));
        for (const next of acts) {
          const projects = await projectsOf(one);
          if (next.kind === 'owner-gives-dan')
            await one.asOwner('PUT', '/v1/users/dan', { roles: one.assigned(next.roles) });
          else {
            if (next.kind === 'owner-names')
              await gateway.standIns.reviewsAccess(one.id, `late-${one.id}`, LATE);
            await attempt(one, gateway, next);
          }
          // A project that is new holds nothing yet: what roles further up grant there is no right over anything that was.
          if (next.kind === 'put-project' && !projects.has(next.project))
            for (const right of await reach(gateway, one))
              if (right.endsWith(` at ${next.project}`)) before.add(right);
          const beyond = [...(await reach(gateway, one))].filter((right) => !before.has(right));
          expect([next.kind, beyond]).toEqual([next.kind, []]);
        }
      },
    ),
    { numRuns: 200 },
  );
});
