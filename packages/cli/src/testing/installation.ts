import { type Client, connect } from '@countersign/sdk';
import { type StandaloneProcess, startStandalone } from '@countersign/testing';
import { type Around, type Ran, runHere } from './terminal.ts';

/** An installation with people, an agent and tools, and command lines that speak with it. */
export interface Installation extends AsyncDisposable {
  readonly standalone: StandaloneProcess;
  readonly owner: Client;
  /** The agent `helper`, which alice owns. */
  readonly agent: Client;
  /** Keys of `owner`, of `olga` who approves, and of `vera` who may only look. */
  readonly keys: Readonly<Record<'owner' | 'olga' | 'vera', string>>;
  /** Runs a command line with somebody's key; default the owner's. */
  run(line: string, around?: Around & { readonly as?: keyof Installation['keys'] }): Promise<Ran>;
}

const SCHEMA = {
  type: 'object',
  properties: { path: { type: 'string' } },
  required: ['path'],
  additionalProperties: false,
};

/** `read-file` is allowed by the default policy, `delete-file` asks an operator or the owner. */
export async function startInstallation(): Promise<Installation> {
  const standalone = await startStandalone();
  const { url, ownerKey } = standalone;
  const owner = connect({ url, key: ownerKey });
  const everywhere = { organization: 'default' };
  await owner.users.put('alice', { roles: [{ scope: everywhere, role: 'developer' }] });
  await owner.users.put('olga', { roles: [{ scope: everywhere, role: 'operator' }] });
  await owner.users.put('vera', { roles: [{ scope: everywhere, role: 'viewer' }] });
  await owner.agents.put('helper', { owner: 'alice' });
  await owner.tools.put('read-file', { description: 'Reads', input_schema: SCHEMA, action: 'read' });
  await owner.tools.put('delete-file', {
    description: 'Deletes',
    input_schema: SCHEMA,
    action: 'delete',
    destructive: true,
  });
  const keyOf = async (kind: 'user' | 'agent', id: string): Promise<string> =>
    (await owner.keys.create({ principal: { kind, id } })).key;
  const keys = { owner: ownerKey, olga: await keyOf('user', 'olga'), vera: await keyOf('user', 'vera') };
  return {
    standalone,
    owner,
    keys,
    agent: connect({ url, key: await keyOf('agent', 'helper'), agentId: 'helper' }),
    run: (line, { as = 'owner', ...around } = {}) =>
      runHere(wordsOf(line), {
        ...around,
        env: { COUNTERSIGN_URL: url, COUNTERSIGN_KEY: keys[as], ...around.env },
      }),
    [Symbol.asyncDispose]: async () => void (await standalone.stop()),
  };
}

/** Words of a command line; those in single quotes stay together. */
export function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
}

/** What a verb printed with `--json`. */
export function json<Value = Record<string, unknown>>({ stdout }: Ran): Value {
  return JSON.parse(stdout) as Value;
}

/** A call that waits for somebody's approval; answers its id. */
export async function waitingCall(
  { agent }: Installation,
  path = '/tmp/a',
  reason = 'clean up',
): Promise<string> {
  const { id, status } = await agent.toolCalls.announce({
    agent_id: 'helper',
    tool_name: 'delete-file',
    arguments: { path },
    reason,
  });
  if (status !== 'awaiting_approval') throw new Error(`the call is ${status}`);
  return id;
}
