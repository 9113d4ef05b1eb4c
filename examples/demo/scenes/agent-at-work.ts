import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isCountersignError } from '@countersign/sdk';
import { summarizeReports } from '../../agents/file-agent/agent.ts';
import { guardTools, type Step } from '../../agents/file-agent/guarded-tools.ts';
import { stepText } from '../../agents/file-agent/step-text.ts';
import type { Stage } from '../stage.ts';
import { PAYROLL } from '../workspace.ts';

/**
 * The agent sums up real files. On its way it reads, obeys a report that asks for a file outside its directory, and
 * writes: allowed, denied, and asked. Answers the id of the call that a person approved.
 */
export async function agentAtWork(stage: Stage): Promise<string> {
  const { narrator, agent, tools, workspace } = stage;
  narrator.scene('An agent at work on real files, through the MCP filesystem server');
  const steps: Step[] = [];
  const callTool = guardTools(agent, tools, (step) => {
    steps.push(step);
    narrator.say(stepText(step));
  });
  const [approved] = await Promise.all([answerTheQuestion(stage), summarizeReports(callTool)]);

  const of = (tool: string): readonly Step[] => steps.filter((step) => step.tool === tool);
  const done = ({ result }: Step): boolean => result.verdict === 'executed' && result.success;
  const reads = of('read_text_file');
  narrator.promised(
    'every read was allowed, each with a permit of its own',
    reads.length === 4 && reads.every(done),
  );
  const [removal] = of('delete_file');
  const rules = removal?.result.verdict === 'denied' ? removal.result.reasons.map(({ rule }) => rule) : [];
  narrator.promised(
    'the delete outside its directory was denied, by the policy',
    rules.includes('climbing-path'),
  );
  const payroll = await readFile(join(workspace, PAYROLL), 'utf8');
  narrator.promised('the file is still there, whole', payroll.includes('alice,4200'));
  const summary = await readFile(join(workspace, 'summary.md'), 'utf8');
  narrator.promised(
    'the approved summary is on the disk: 4103 orders',
    summary.includes('| total | 4103 | 78 |'),
  );
  const archived = await readdir(join(workspace, 'archive'));
  const left = await readdir(join(workspace, 'reports'));
  narrator.promised('four reports are in the archive', archived.length === 4 && left.length === 0);
  return approved;
}

/** Waits until somebody is asked, and answers as Olga: through the command, in a process of its own. */
async function answerTheQuestion({ narrator, workspace, alice, olga }: Stage): Promise<string> {
  const id = await nextQuestion(olga.client);
  narrator.say('the agent waits: this write takes a second person');
  narrator.promised(
    'nothing is written before somebody has answered',
    !existsSync(join(workspace, 'summary.md')),
  );
  const { arguments_digest } = await olga.client.approvals.get(id);
  const refused = await alice.client.approvals
    .decide(id, { decision: 'approve', reason: 'it is my own agent', arguments_digest })
    .then(() => 'granted')
    .catch((error: unknown) => (isCountersignError(error) ? error.code : String(error)));
  narrator.promised('Alice, for whom it acts, can not approve it herself', refused === 'self_approval');
  const code = await olga.command('approvals', 'approve', id, '--reason', 'read it, it is right', '--yes');
  narrator.promised('Olga approved exactly these arguments', code === 0);
  return id;
}

async function nextQuestion(client: Stage['olga']['client']): Promise<string> {
  const asked = client.events.stream({ types: ['agent.approval.requested'], after: '0' });
  for await (const { data } of asked) return String(data.tool_call_id);
  throw new Error('the stream of events ended');
}
