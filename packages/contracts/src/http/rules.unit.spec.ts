import { describe, expect, it } from 'vitest';
import { publicEvents } from '../events/registry.ts';
import { MAX_REASON_CHARS } from '../limits.ts';
import { permissions } from '../vocabulary/permission.ts';
import { describeZodErrors } from '../zod-errors.ts';
import { isBodyOptional, problemsOf, type RouteDefinition } from './route.ts';
import { routes } from './routes.ts';

const errorsOf = (
  operation: 'putTool' | 'engageKillSwitch' | 'putUser' | 'announceToolCall',
  body: object,
) => {
  const { error } = routes[operation].body.safeParse(body);
  return error === undefined ? [] : describeZodErrors(error).map(({ pointer }) => pointer);
};

const tool = { description: '', input_schema: {}, action: 'read' };
const call = { agent_id: 'a', tool_name: 't', arguments: {}, reason: 'r' };

describe('rules between fields', () => {
  it('takes a cost or an expression for it, not both; the same for the environment', () => {
    expect(errorsOf('putTool', { ...tool, cost_micros: 1, environment: 'test' })).toEqual([]);
    expect(errorsOf('putTool', { ...tool, cost_micros: 1, cost_from: '1' })).toEqual(['/cost_from']);
    expect(errorsOf('putTool', { ...tool, environment: 'test', environment_from: '1' })).toEqual([
      '/environment_from',
    ]);
  });

  it('takes a kill switch target where there can be one, and needs it where there must be', () => {
    const reason = 'Stop';
    for (const scope of ['agent', 'tool', 'user']) {
      expect(errorsOf('engageKillSwitch', { scope, reason })).toEqual(['/target']);
    }
    expect(errorsOf('engageKillSwitch', { scope: 'organization', reason })).toEqual([]);
    expect(errorsOf('engageKillSwitch', { scope: 'organization', target: 'acme', reason })).toEqual([]);
    expect(errorsOf('engageKillSwitch', { scope: 'all', reason })).toEqual([]);
    expect(errorsOf('engageKillSwitch', { scope: 'all', target: 'acme', reason })).toEqual(['/target']);
  });

  it('takes one scope per role', () => {
    const roles = [{ scope: { organization: 'a', project: 'b' }, role: 'viewer' }];
    expect(errorsOf('putUser', { roles })).toEqual(['/roles/0/scope']);
  });
});

describe('limits', () => {
  it.each([
    ['reason', 'x'.repeat(MAX_REASON_CHARS), `${'x'.repeat(MAX_REASON_CHARS)}x`],
    ['wait_ms', 30_000, 30_001],
    ['confidence', 1, 1.000_001],
    ['cost_micros', Number.MAX_SAFE_INTEGER, 2 ** 53],
    ['tool_name', 'a'.repeat(63), 'a'.repeat(64)],
  ])('takes %s up to its limit', (name, most, more) => {
    expect(errorsOf('announceToolCall', { ...call, [name]: most })).toEqual([]);
    expect(errorsOf('announceToolCall', { ...call, [name]: more })).toEqual([`/${name}`]);
  });

  it('hands arguments on as they are', () => {
    const args = JSON.parse('{"b":1,"a":{"__proto__":2}}') as object;
    expect(routes.announceToolCall.body.parse({ ...call, arguments: args }).arguments).toBe(args);
  });
});

describe('query parameters', () => {
  const query = routes.listToolCalls.query;

  it('reads limits strictly and fills in the default', () => {
    expect(query.parse({})).toEqual({ limit: 100 });
    expect(query.parse({ limit: '1000', status: 'lapsed' })).toEqual({ limit: 1000, status: 'lapsed' });
    for (const limit of ['', '0', '1001', '1e2', ' 5', '5.0', '-1', '0x10', ['1', '2'], 5]) {
      expect(query.safeParse({ limit }).success, String(limit)).toBe(false);
    }
  });

  it('refuses parameters that it does not know', () => {
    expect(query.safeParse({ limt: '5' }).success).toBe(false);
  });

  it('takes event types separated by commas', () => {
    const { types } = routes.listEvents.query.shape;
    expect(types.safeParse('agent.safety.blocked,killswitch.engaged').success).toBe(true);
    expect(types.safeParse(Object.keys(publicEvents).slice(0, 50).join()).success).toBe(true);
    const { error } = types.safeParse('agent.tol.called,agent.tool.called,to.string');
    expect(error?.issues.map(({ message }) => message)).toEqual([
      'is no event type: agent.tol.called, to.string; must be types that /asyncapi.json has, such as agent.tool.called',
    ]);
    for (const wrong of ['', 'agent', 'agent.safety.blocked,', 'Agent.x', 'a b.c']) {
      expect(types.safeParse(wrong).success, wrong).toBe(false);
    }
  });
});

it('a route can have the problems that follow from its key, body and parameters', () => {
  expect(problemsOf(routes.getHealth)).toEqual([]);
  expect(problemsOf(routes.putPlan)).toEqual(
    expect.arrayContaining(['plan_invalid', 'unauthenticated', 'forbidden', 'too_large', 'malformed_json']),
  );
  expect(problemsOf(routes.listAgents)).not.toContain('too_large');
});

it('A-RBAC-1: every route behind a key asks for one permission or says in words who may, and none asks for a role', () => {
  for (const route of Object.values(routes) satisfies RouteDefinition[]) {
    if ('open' in route) continue;
    expect(['permission' in route, 'access' in route].filter(Boolean), route.path).toHaveLength(1);
    if ('permission' in route) expect(permissions, route.path).toContain(route.permission);
  }
});

it('every route behind a key can be throttled, asked for in an organization that there is not, and asked wrongly', () => {
  for (const route of Object.values(routes) satisfies RouteDefinition[]) {
    if ('open' in route) continue;
    expect(problemsOf(route), route.path).toEqual(
      expect.arrayContaining(['throttled', 'not_found', 'invalid_request', 'unauthenticated']),
    );
  }
});

it('a body may be left out where it is an order all of whose words may be', () => {
  const optional = Object.entries(routes).flatMap(([id, route]) => (isBodyOptional(route) ? [id] : []));
  expect(optional.sort()).toEqual([
    'acceptInvitation',
    'approveIntentAccessRequest',
    'approveNamespaceAccessRequest',
    'deactivatePolicy',
    'denyIntentAccessRequest',
    'denyNamespaceAccessRequest',
    'revokeIntentAccess',
    'revokeNamespaceAccess',
    'rotateKey',
    'testPolicy',
  ]);
});
