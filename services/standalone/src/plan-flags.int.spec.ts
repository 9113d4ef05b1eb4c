import { describe, expect, it } from 'vitest';
import { type Asked, install } from './testing/installed.ts';

type Ask = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: object) => Promise<Asked>;

const SIGN_IN = {
  ...{ description: 'Signs somebody in', action: 'execute', required_flags: ['sso', 'domains'] },
  input_schema: { type: 'object', properties: { who: { type: 'string' } }, additionalProperties: false },
};

/** An installation whose organization is on the plan `full`, with tools that require `sso` and `domains`. */
async function world() {
  const installed = await install();
  await installed.installation.start();
  const owner: Ask = (method, path, body) => installed.ask(method, path, 'owner', body);
  await owner('PUT', '/v1/plans/full', plan({ sso: true, domains: true }));
  await owner('PUT', '/v1/plans/none', { ...plan({}), flags: undefined });
  await owner('PUT', '/v1/organizations/default/plan', { plan: 'full' });
  await owner('PUT', '/v1/agents/helper', { owner: 'owner' });
  await owner('PUT', '/v1/tools/sign-in', SIGN_IN);
  await owner('PUT', '/v1/tools/asked', { ...SIGN_IN, requires_approval: true });
  const { body } = await owner('POST', '/v1/keys', { principal: { kind: 'agent', id: 'helper' } });
  const helper: Ask = (method, path, asked) => installed.ask(method, path, body.key, asked);
  const call = (tool_name: string) =>
    helper('POST', '/v1/tool-calls', {
      ...{ agent_id: 'helper', user_id: 'owner', tool_name, arguments: { who: 'a' }, reason: 'a test' },
    });
  const redeem = ({ body: { permit } }: Asked) =>
    helper('POST', '/v1/permits/redeem', { permit: permit.token, arguments: { who: 'a' } });
  return { owner, call, redeem };
}

function plan(flags: object) {
  return { flags, counters: { tool_calls: {}, tool_cost: {}, approvals_requested: {} } };
}

const DROPS: readonly [string, (owner: Ask) => Promise<Asked>][] = [
  ['moved to another plan', (owner) => owner('PUT', '/v1/organizations/default/plan', { plan: 'none' })],
  ['its plan changed', (owner) => owner('PUT', '/v1/plans/full', plan({ sso: true, domains: false }))],
];

describe('a tool that requires flags of the plan', () => {
  it('is called on a plan that has them all, and refused with every one that another lacks', async () => {
    const { owner, call } = await world();
    expect(await call('sign-in')).toMatchObject({ status: 200, body: { verdict: 'allow' } });
    await owner('PUT', '/v1/organizations/default/plan', { plan: 'none' });
    const refused = await call('sign-in');
    expect(refused).toMatchObject({ status: 403, body: { code: 'denied' } });
    const told = refused.body.reasons.filter(({ layer }: { layer: string }) => layer === 'plan');
    expect(told.map(({ code, message }: Record<string, string>) => `${code}: ${message}`)).toEqual([
      'flag_off: the plan does not have sso, which the tool requires',
      'flag_off: the plan does not have domains, which the tool requires',
    ]);
  });

  it.each(DROPS)(
    'has its permits void once the organization is %s, also when all is back',
    async (_, drop) => {
      const { owner, call, redeem } = await world();
      const [permitted, redeemed] = [await call('sign-in'), await call('sign-in')];
      expect((await redeem(redeemed)).status).toBe(200);
      expect((await drop(owner)).status).toBe(200);
      expect(await redeem(permitted)).toMatchObject({ status: 410, body: { code: 'void' } });
      const fallen = await owner('GET', `/v1/tool-calls/${permitted.body.id}`);
      expect(fallen.body).toMatchObject({
        status: 'blocked',
        reasons: [{ layer: 'plan', code: 'right_revoked' }],
      });
      await owner('PUT', '/v1/plans/full', plan({ sso: true, domains: true }));
      await owner('PUT', '/v1/organizations/default/plan', { plan: 'full' });
      expect((await redeem(permitted)).status).toBe(410);
      expect((await owner('GET', `/v1/tool-calls/${redeemed.body.id}`)).body.status).toBe('redeemed');
      expect((await call('sign-in')).status).toBe(200);
    },
  );

  it.each(DROPS)('has its waiting approvals void once the organization is %s', async (_, drop) => {
    const { owner, call } = await world();
    const waiting = await call('asked');
    expect(waiting).toMatchObject({ status: 202, body: { status: 'awaiting_approval' } });
    await drop(owner);
    const { id } = waiting.body;
    const { body } = await owner('GET', `/v1/tool-calls/${id}?wait_ms=30000`);
    expect(body).toMatchObject({ status: 'blocked', approval: { state: 'void' } });
  });

  it('is declared with flags that there are, each once, and has the same hash as ever without any', async () => {
    const { owner } = await world();
    const { required_flags: _, ...plain } = SIGN_IN;
    const declare = (body: object) => owner('PUT', '/v1/tools/plain', body);
    const first = await declare(plain);
    expect(await declare({ ...plain, required_flags: [] })).toMatchObject({ status: 200, body: first.body });
    expect((await owner('GET', '/v1/tools/plain')).body).not.toHaveProperty('required_flags');
    const other = await declare({ ...plain, required_flags: ['rbac'] });
    expect(other.body).toMatchObject({ version: 2 });
    expect((await owner('GET', '/v1/tools/plain')).body.required_flags).toEqual(['rbac']);
    const wrong = await declare({ ...plain, required_flags: ['sso', 'saml'], sensitivity: 'odd' });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    const { errors } = wrong.body;
    expect(errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/required_flags/1',
      '/sensitivity',
    ]);
    expect(errors[0].detail).toMatch(/rbac.*access.*domains.*sso/);
    const twice = await declare({ ...plain, required_flags: ['sso', 'sso'] });
    expect(twice.body.errors).toEqual([{ pointer: '/required_flags', detail: 'must name each flag once' }]);
  });
});

it('a plan that was answered holds for the very next request', async () => {
  const { owner } = await world();
  const roles = { project: [{ role: 'reviewer', permissions: ['read'] }] };
  for (const rbac of Array.from({ length: 20 }, (_, turn) => turn % 2 === 0)) {
    await owner('PUT', '/v1/plans/full', plan({ rbac }));
    expect((await owner('PUT', '/v1/access/roles', roles)).status).toBe(rbac ? 200 : 403);
  }
});
