import { parseArgs } from 'node:util';
import { connect } from '@countersign/sdk';
import { summarizeReports } from './agent.ts';
import { openFileTools } from './file-tools.ts';
import { guardTools } from './guarded-tools.ts';
import { stepText } from './step-text.ts';

const { positionals } = parseArgs({ allowPositionals: true });
const [directory] = positionals;
const { COUNTERSIGN_URL: url = 'http://127.0.0.1:7070', COUNTERSIGN_KEY: key } = process.env;
if (directory === undefined || !key) {
  process.stderr.write('usage: COUNTERSIGN_KEY=<the agent’s key> node main.ts <directory with reports/>\n');
  process.exit(2);
}

const client = connect({ url, key, agentId: 'file-agent' });
const tools = await openFileTools(directory);
try {
  await summarizeReports(guardTools(client, tools, (step) => process.stdout.write(`${stepText(step)}\n`)));
} finally {
  await tools.close();
}
