import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { connect } from '@countersign/sdk';

// Where the installation is, and the key that its first start wrote.
const { COUNTERSIGN_URL: url = 'http://127.0.0.1:7070', COUNTERSIGN_DATA_DIR: data = '.countersign' } =
  process.env;
const ownerKey = process.env.COUNTERSIGN_KEY ?? (await readFile(`${data}/owner.key`, 'utf8')).trim();

// 1. As the owner: register an agent, declare what it can call, and make a key for it.
const owner = connect({ url, key: ownerKey });
await owner.agents.put('quickstart', { owner: 'owner' });
await owner.tools.put('read_notes', {
  description: 'Reads a text file',
  action: 'read',
  input_schema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
});
const { key } = await owner.keys.create({ principal: { kind: 'agent', id: 'quickstart' } });

// 2. As the agent: say what you want to do and why. The function runs if, and only if, the call is allowed.
const agent = connect({ url, key, agentId: 'quickstart' });
const notes = await agent.guard(
  {
    tool: 'read_notes',
    arguments: { path: fileURLToPath(new URL('notes.txt', import.meta.url)) },
    reason: 'the user asked',
  },
  ({ arguments: { path } }) => readFile(path, 'utf8'),
);
if (notes.verdict !== 'executed' || !notes.success) throw new Error(`the read was ${notes.verdict}`);
console.log(`allowed: ${notes.value.trim()}`);

// 3. What nobody has declared is denied, and recorded too.
const launch = await agent.guard({ tool: 'launch_rocket', arguments: {}, reason: 'curiosity' }, () => {
  throw new Error('this must not run');
});
if (launch.verdict !== 'denied') throw new Error(`the launch was ${launch.verdict}`);
console.log(`denied: ${launch.reasons.map(({ code }) => code).join()}`);

// 4. Everything is in the ledger.
const { items } = await owner.toolCalls.timeline(notes.callId);
console.log(`recorded: ${items.map(({ type }) => type).join(', ')}`);
