import { fileURLToPath } from 'node:url';
import { DEFAULT_ROLES, roleRights } from '@countersign/access';
import { type OperationId, type RouteDefinition, routes } from '@countersign/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asked, type Somebody, startEverybody } from '../testing/everybody.ts';
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

const RIGHTS = roleRights(DEFAULT_ROLES);

let everybody: Awaited<ReturnType<typeof startEverybody>>;
beforeAll(async () => {
  everybody = await startEverybody();
});
afterAll(() => everybody.close());

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

describe.each(IN_ORDER)('%s', (id, route) => {
  it('is closed without a key, unless it is open', async () => {
    const { status } = await everybody.ask(null, route, requestOf(id, route));
    if (route.open) expect(status).toBe(200);
    else expect(status).toBe(401);
  });

  it('answers everybody as the table says, and a refusal changes nothing', async () => {
    const asked = everybody.people
      .map((somebody) => ({ somebody, expected: expectedOf(id, route, somebody) }))
      .toSorted((a, b) => Number(b.expected.is === 'refused') - Number(a.expected.is === 'refused'));
    for (const { somebody, expected } of asked) {
      const before = everybody.position();
      const answer = await everybody.ask(somebody.key, route, requestOf(id, route));
      const seen = { who: somebody.name, ...shown(answer, id) };
      expect(seen).toEqual({ who: somebody.name, ...expected });
      if (expected.is !== 'refused') continue;
      const required_permission = route.permission ?? PEOPLE_ONLY[id];
      expect(answer.body).toMatchObject({ code: 'forbidden', required_permission });
      expect(everybody.position(), `${somebody.name} changed something`).toBe(before);
    }
  });
});

type Expected = { readonly is: 'refused' | 'hidden' | 'admitted'; readonly sees?: boolean };

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
function expectedOf(id: OperationId, route: RouteDefinition, somebody: Somebody): Expected {
  const { permission, ownCalls } = route;
  const isPerson = somebody.kind === 'user';
  if (permission === undefined) return { is: PEOPLE_ONLY[id] && !isPerson ? 'refused' : 'admitted' };
  // There is no such agent in the own organization yet.
  if (somebody.isForeign && id === 'putAgent') return { is: 'admitted' };
  if (ownCalls && !isPerson) return { is: 'admitted' };
  if (!isAdmitted(route, somebody, permission)) return { is: 'refused' };
  if (heldAt(route) !== 'place') return { is: 'admitted' };
  if (LISTS[id]) return { is: 'admitted', sees: holds(somebody, permission, 'web') };
  if (!OBJECTS[id] || holds(somebody, permission, 'web')) return { is: 'admitted' };
  return { is: holds(somebody, 'read', 'web') ? 'refused' : 'hidden' };
}

function isAdmitted(route: RouteDefinition, somebody: Somebody, permission: string): boolean {
  if (somebody.ownsInstallation) return true;
  if (somebody.kind !== 'user') return permission === 'call_tools';
  if (!grants(somebody, permission)) return false;
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
function holds(somebody: Somebody, permission: string, project: 'web'): boolean {
  if (somebody.ownsInstallation) return true;
  if (somebody.isForeign || somebody.kind !== 'user' || !grants(somebody, permission)) return false;
  const { kind, place } = somebody.at;
  return kind === 'project' ? place === project : place === 'default';
}

function grants({ role, at }: Somebody, permission: string): boolean {
  return role !== null && RIGHTS.grants(at.kind, role, permission);
}

function requestOf(id: OperationId, route: RouteDefinition): { params: object; body?: object } {
  const object = OBJECTS[id];
  if (object) return object;
  // Nothing of that name is there, and a body that no schema takes: who is let through gets a problem and changes nothing.
  return route.body ? { params: {}, body: { unknown_field: true } } : { params: {} };
}
