import { type Client, createClient, expectAnswer, keyFor } from '../client.ts';
import { policiesInForce, registerBasics } from '../registrations.ts';

/** One organization of the rounds with the keys of its people: they outlive every crash. */
export interface Tenant {
  readonly organization: string;
  readonly agentKey: string;
  readonly operatorKey: string;
}

/** The organization under the strict quota, and one without limits where people are asked too. */
export const tenantNames = ['metered', 'open'] as const;
export type TenantName = (typeof tenantNames)[number];
export type Tenants = Readonly<Record<TenantName, Tenant>>;

/** Reads such as `read-file`, and yet a human is asked, who may take a day: waiting calls outlast many rounds. */
const ASKING_POLICY = {
  policy: `policy: ask-first
schema: call/1
rules:
  - id: ask-first
    match: { tools: [ask-first] }
    effect: require_approval
    obligations: { approvers: ["role:operator"], ttl: 24h }
`,
  tests: `tests:
  - name: a human is asked
    given:
      tool: { name: ask-first, action: read, environment: development }
    expect: { outcome: require_approval, rules: [ask-first] }
`,
};

const ASKING_TOOL = { description: 'Asks a human', input_schema: { type: 'object' }, action: 'read' };

/** Makes both organizations in a new installation, `through` a client. A year's period does not end within the rounds. */
export async function registerTenants(
  url: string,
  ownerKey: string,
  quota: number,
  through: (client: Client) => Client = (client) => client,
): Promise<Tenants> {
  const owner = through(createClient(url, ownerKey));
  const tenant = (organization: string) =>
    registerTenant(through(ownerOf({ organization }, url, ownerKey)), organization);
  const plan = {
    counters: { tool_calls: { limit: quota, strict: true, scope: 'organization', period: 'yearly' } },
  };
  await expectAnswer(owner('PUT', '/v1/plans/strict', { body: plan }), 201);
  await expectAnswer(owner('POST', '/v1/organizations', { body: { id: 'metered', plan: 'strict' } }), 201);
  return {
    metered: await tenant('metered'),
    open: await tenant('default'),
  };
}

async function registerTenant(owner: Client, organization: string): Promise<Tenant> {
  await policiesInForce(owner);
  await registerBasics(owner, organization);
  await expectAnswer(owner('PUT', '/v1/tools/ask-first', { body: ASKING_TOOL }), 201);
  await expectAnswer(owner('PUT', '/v1/policies/ask-first', { body: ASKING_POLICY }), 201);
  const activation = { version: 1, mode: 'enforce' };
  await expectAnswer(owner('POST', '/v1/policies/ask-first/activate', { body: activation }), 200);
  return {
    organization,
    agentKey: await keyFor(owner, 'agent', 'helper'),
    operatorKey: await keyFor(owner, 'user', 'olga'),
  };
}

/** The installation's owner, acting in a tenant's organization. */
export function ownerOf(
  { organization }: Pick<Tenant, 'organization'>,
  url: string,
  ownerKey: string,
): Client {
  return createClient(url, ownerKey, { 'countersign-organization': organization });
}
