import { type Client, expectAnswer } from './client.ts';

const PATH_SCHEMA = {
  type: 'object',
  properties: { path: { type: 'string' } },
  required: ['path'],
  additionalProperties: false,
};

/**
 * What calls need: alice owns the agent `helper`, olga operates, `read-file` is allowed by the default policy and
 * `delete-file` asks a human first.
 */
export async function registerBasics(owner: Client, organization = 'default'): Promise<void> {
  const operator = [{ scope: { organization }, role: 'operator' }];
  const put = (path: string, body: object) => expectAnswer(owner('PUT', path, { body }), 200, 201);
  await put('/v1/users/alice', { roles: [] });
  await put('/v1/users/olga', { roles: operator });
  await put('/v1/agents/helper', { owner: 'alice' });
  const tool = { description: 'A tool of the tests', input_schema: PATH_SCHEMA };
  await put('/v1/tools/read-file', { ...tool, action: 'read' });
  await put('/v1/tools/delete-file', { ...tool, action: 'delete', destructive: true });
}

/** The body of an announcement by `helper`. */
export function announcement(tool: string, path: string, more: object = {}): object {
  return { agent_id: 'helper', tool_name: tool, arguments: { path }, reason: 'a test', ...more };
}

/** Resolves when the organization's own policies are in force, which happens right after it was made. */
export async function policiesInForce(owner: Client): Promise<void> {
  for (;;) {
    const { items = [] } = await expectAnswer(owner('GET', '/v1/policies'), 200);
    if (items.some(({ active = [] }) => active.length > 0)) return;
  }
}
