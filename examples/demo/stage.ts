import { join } from 'node:path';
import { type Client, connect } from '@countersign/sdk';
import { startStandalone } from '@countersign/testing';
import { declareTools } from '../agents/file-agent/declare-tools.ts';
import { type FileTools, openFileTools } from '../agents/file-agent/file-tools.ts';
import { type Command, countersignCommand } from './countersign-command.ts';
import type { Narrator } from './narrator.ts';
import { DEMO_PLAN } from './plan.ts';
import { makeWorkspace } from './workspace.ts';

/** Somebody with a key: over the API, and at a terminal. */
export interface Person {
  readonly client: Client;
  readonly command: Command;
}

/** What the scenes play on: a running installation, its people, the agent and its directory. */
export interface Stage {
  readonly narrator: Narrator;
  readonly workspace: string;
  /** First user of the installation. */
  readonly owner: Person;
  /** Developer; the agent is hers and acts for her. */
  readonly alice: Person;
  /** Operator: approves, and engages kill switches. */
  readonly olga: Person;
  /** The agent's own client. */
  readonly agent: Client;
  readonly tools: FileTools;
  /** Ends the installation and the agent's tools. */
  close(): Promise<void>;
}

const EVERYWHERE = { organization: 'default' } as const;

/** Starts everything in a directory that is there for it alone. */
export async function setUp(root: string, narrator: Narrator): Promise<Stage> {
  const workspace = await makeWorkspace(root);
  const standalone = await startStandalone({ dataDirectory: join(root, 'data') });
  const { url, ownerKey } = standalone;
  const person = (key: string): Person => ({
    client: connect({ url, key }),
    command: countersignCommand({ url, key }, narrator),
  });
  const owner = person(ownerKey);
  const keyOf = async (kind: 'user' | 'agent', id: string): Promise<string> =>
    (await owner.client.keys.create({ principal: { kind, id } })).key;

  await owner.client.users.put('alice', {
    display_name: 'Alice',
    roles: [{ scope: EVERYWHERE, role: 'developer' }],
  });
  await owner.client.users.put('olga', {
    display_name: 'Olga',
    roles: [{ scope: EVERYWHERE, role: 'operator' }],
  });
  await owner.client.plans.put('demo', DEMO_PLAN);
  await owner.client.organizations.setPlan('default', { plan: 'demo' });
  const alice = person(await keyOf('user', 'alice'));
  const olga = person(await keyOf('user', 'olga'));
  await alice.client.agents.put('file-agent', { display_name: 'File agent', owner: 'alice' });
  await declareTools(alice.client);
  const agent = connect({ url, key: await keyOf('agent', 'file-agent'), agentId: 'file-agent' });
  const tools = await openFileTools(workspace);
  return {
    narrator,
    workspace,
    owner,
    alice,
    olga,
    agent,
    tools,
    async close() {
      await tools.close();
      await standalone.stop();
    },
  };
}
