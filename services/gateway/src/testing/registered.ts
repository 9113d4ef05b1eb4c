import type { Caller } from './caller.ts';
import type { RunningGateway } from './running-gateway.ts';

const INPUT_SCHEMA = {
  type: 'object',
  properties: { path: { type: 'string' } },
  required: ['path'],
  additionalProperties: false,
};

/** The declaration of the tool that most tests call. */
export const READ_FILE = { description: 'Reads', input_schema: INPUT_SCHEMA, action: 'read' };

/** alice owns the agent `helper`, olga operates; `read-file` is declared. Answers the agent's and olga's keys. */
export async function registerBasics(gateway: RunningGateway): Promise<{ agent: Caller; olga: Caller }> {
  const roles = [{ scope: { organization: 'default' }, role: 'operator' }];
  for (const [path, body] of [
    ['/v1/users/alice', { roles: [] }],
    ['/v1/users/olga', { roles }],
    ['/v1/agents/helper', { owner: 'alice' }],
    ['/v1/tools/read-file', READ_FILE],
  ] as const) {
    const { status, body: answer } = await gateway.owner('PUT', path, body);
    if (status !== 201) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  }
  return { agent: await gateway.as('agent', 'helper'), olga: await gateway.as('user', 'olga') };
}

/** The body of an announcement by `helper`. */
export function announcement(more: object = {}): object {
  return { agent_id: 'helper', tool_name: 'read-file', arguments: { path: 'a' }, reason: 'a test', ...more };
}
