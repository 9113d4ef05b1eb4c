import { fileURLToPath } from 'node:url';
import { DEFAULT_ROLES, parseRoles, type RoleCatalog, roleRights } from '@countersign/access';
import { type OperationId, type RouteDefinition, routes } from '@countersign/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Asked,
  type Everybody,
  type Requested,
  type Somebody,
  startEverybody,
} from '../testing/everybody.ts';
import { heldAt, routeTable, whoMay } from './route-table.ts';

/** At the end: with the one an owner makes the same agent for their own organization, the other is recorded when it ends. */
const LATE = ['putAgent', 'streamEvents'];

/** Every route, by its operation. */
const ALL = Object.entries(routes) as [OperationId, RouteDefinition][];

const IN_ORDER = ALL.toSorted(([a], [b]) => LATE.indexOf(a) - LATE.indexOf(b));

/** What people alone may ask for, in the words of `access`: others lack this. */
const PEOPLE_ONLY: { readonly [Id in OperationId]?: string } = { listApprovals: 'read', getApproval: 'read' };

/** What of a project is asked for, so that it changes nothing: of the agents in the project `web`. */
const OBJECTS: { readonly [Id in OperationId]?: { readonly params: object; readonly body?: object } } = {
  getAgent: { params: { id: 'web-bot' } },
  putAgent: { params: { id: 'web-bot' }, body: { owner: 'owner', project: 'web' } },
  enableAgent: { params: { id: 'web-bot' }, body: { reason: 'a test' } },
  disableAgent: { params: { id: 'idle-bot' }, body: { reason: 'a test' } },
  listSigningKeys: { params: { id: 'web-bot' } },
  getProject: { params: { id: 'web' } },
};

/** Lists of what is in projects: who holds the permission in one sees what is there. */
const LISTS: { readonly [Id in OperationId]?: string } = { listAgents: 'web-bot', listProjects: 'web' };

/** Roles that an installation gives itself: some that everybody knows by name grant something else. */
const OWN_ROLES = {
  organization: [
    { role: 'clerk', permissions: ['read', 'manage_agents'] },
    { role: 'operator', permissions: ['manage_users'] },
  ],
  workspace: [{ role: 'trainer', permissions: ['manage_agents'] }],
  project: [{ role: 'developer', permissions: ['read', 'engage_kill_switch'] }],
};

const FLAGLESS = {
  flags: { rbac: false },
  counters: { tool_calls: {}, tool_cost: {}, approvals_requested: {}, audit_reads: {}, traces_retrieved: {} },
  gauges: { users: {}, active_agents: {}, concurrent_calls: {} },
};

/** Installations in which everybody asks for everything. */
const WORLDS: readonly {
  readonly name: string;
  readonly roles: RoleCatalog;
  readonly hasFlags: boolean;
  readonly settings: Readonly<Record<string, string>>;
}[] = [
  { name: 'as it comes', roles: DEFAULT_ROLES, hasFlags: true, settings: {} },
  {
    name: 'with its own roles, on a plan without features',
    roles: catalogOf(OWN_ROLES),
    hasFlags: false,
    settings: {
      COUNTERSIGN_ACCESS_ROLES: JSON.stringify(OWN_ROLES),
      COUNTERSIGN_ACCESS_PLANS: JSON.stringify({ flagless: FLAGLESS }),
      COUNTERSIGN_ACCESS_DEFAULT_PLAN: 'flagless',
    },
  },
];

function catalogOf(written: unknown): RoleCatalog {
  const parsed = parseRoles(written);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

describe('the table of routes', () => {
  it('says who may for every route', () => {
    expect(ALL.filter(([, route]) => whoMay(route) === null).map(([id]) => id)).toEqual([]);
  });

  it('asks for a permission or says in words who may, never both', () => {
    const both = ALL.filter(([, { open, permission, access }]) => {
      return [open, permission, access].filter((said) => said !== undefined).length !== 1;
    });
    expect(both.map(([id]) => id)).toEqual([]);
  });

  it('is the one of the documentation', async () => {
    const file = fileURLToPath(new URL('../../../../docs/route-permissions.md', import.meta.url));
    await expect(routeTable(ALL.map(([, route]) => route))).toMatchFileSnapshot(file);
  });
});

describe.each(WORLDS)('an installation $name', ({ roles, hasFlags, settings }) => {
  const rights = roleRights(roles);
  let everybody: Everybody;
  beforeAll(async () => {
    everybody = await startEverybody(roles, settings);
  });
  afterAll(() => everybody.close());

  describe.each(IN_ORDER)('%s', (id, route) => {
    it('is closed without a key, unless it is open', async () => {
      const { status } = await everybody.ask(null, route, requestOf(id, route));
      if (route.open) expect(status).toBe(200);
      else expect(status).toBe(401);
    });

    it('answers everybody as the table says, and a refusal changes nothing', async () => {
      const asked = everybody.people
        .map((somebody) => ({ somebody, expected: expectedOf(id, route, { somebody, rights, hasFlags }) }))
        .toSorted((a, b) => Number(b.expected.is === 'refused') - Number(a.expected.is === 'refused'));
      for (const { somebody, expected } of asked) {
        const before = everybody.position();
        const answer = await everybody.ask(somebody.key, route, requestOf(id, route));
        const { lacks, ...is } = expected;
        expect({ who: somebody.name, ...shown(answer, id) }).toEqual({ who: somebody.name, ...is });
        if (expected.is !== 'refused') continue;
        const required_permission = lacks === undefined ? (route.permission ?? PEOPLE_ONLY[id]) : undefined;
        expect([answer.body.code, answer.body.required_permission]).toEqual([
          'forbidden',
          required_permission,
        ]);
        if (lacks !== undefined) expect(answer.body.detail).toContain(lacks);
        expect(everybody.position(), `${somebody.name} changed something`).toBe(before);
      }
    });
  });
});

/** `lacks`: the feature for want of which it is refused. */
type Expected = {
  readonly is: 'refused' | 'hidden' | 'admitted';
  readonly sees?: boolean;
  readonly lacks?: string;
};

/** Who asks, where. */
interface Asking {
  readonly somebody: Somebody;
  readonly rights: ReturnType<typeof roleRights>;
  readonly hasFlags: boolean;
}

/** Refused by the permission, hidden, or let through to the handler, which finds nothing to do. */
function shown({ status, body }: Asked, id: OperationId): Expected {
  if (status === 401) return { is: 'refused' };
  if (status === 403 && body.code === 'forbidden') return { is: 'refused' };
  if (OBJECTS[id] && status === 404) return { is: 'hidden' };
  const listed = LISTS[id];
  const items = body.items as readonly { readonly id: string }[] | undefined;
  return listed
    ? { is: 'admitted', sees: items?.some((one) => one.id === listed) ?? false }
    : { is: 'admitted' };
}

/** The rule of the table, from what somebody holds and where. */
function expectedOf(id: OperationId, route: RouteDefinition, asking: Asking): Expected {
  const expected = byRights(id, route, asking);
  const lacks = asking.hasFlags ? undefined : route.flag;
  return expected.is === 'refused' || lacks === undefined ? expected : { is: 'refused', lacks };
}

function byRights(id: OperationId, route: RouteDefinition, asking: Asking): Expected {
  const { permission, ownCalls } = route;
  const { somebody } = asking;
  const isPerson = somebody.kind === 'user';
  if (permission === undefined) return { is: PEOPLE_ONLY[id] && !isPerson ? 'refused' : 'admitted' };
  // There is no such agent in the own organization yet.
  if (somebody.isForeign && id === 'putAgent') return { is: 'admitted' };
  if (ownCalls && !isPerson) return { is: 'admitted' };
  if (!isAdmitted(route, asking, permission)) return { is: 'refused' };
  if (heldAt(route) !== 'place') return { is: 'admitted' };
  if (LISTS[id]) return { is: 'admitted', sees: holds(asking, permission, 'web') };
  if (!OBJECTS[id] || holds(asking, permission, 'web')) return { is: 'admitted' };
  return { is: holds(asking, 'read', 'web') ? 'refused' : 'hidden' };
}

function isAdmitted(route: RouteDefinition, asking: Asking, permission: string): boolean {
  const { somebody } = asking;
  if (somebody.ownsInstallation) return true;
  if (somebody.kind !== 'user') return permission === 'call_tools';
  if (!grants(asking, permission)) return false;
  switch (heldAt(route)) {
    case 'installation':
      return false;
    case 'place':
      return true;
    // There are two workspaces, so that none of them is all of the organization.
    default:
      return somebody.at.kind === 'organization';
  }
}

/** Whether somebody holds a permission where the project `web` is, which lies in the workspace `default`. */
function holds(asking: Asking, permission: string, project: 'web'): boolean {
  const { somebody } = asking;
  if (somebody.ownsInstallation) return true;
  if (somebody.isForeign || somebody.kind !== 'user' || !grants(asking, permission)) return false;
  const { kind, place } = somebody.at;
  return kind === 'project' ? place === project : place === 'default';
}

function grants({ somebody: { role, at }, rights }: Asking, permission: string): boolean {
  return role !== null && rights.grants(at.kind, role, permission);
}

function requestOf(id: OperationId, route: RouteDefinition): Requested {
  const object = OBJECTS[id];
  if (object) return object;
  // Nothing of that name is there, and a body that no schema takes: who is let through gets a problem and changes nothing.
  return route.body ? { params: {}, body: { unknown_field: true } } : { params: {} };
}
