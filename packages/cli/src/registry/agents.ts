import type { ActsFor, Agent, AgentRequest } from '@countersign/sdk';
import type { Command } from 'commander';
import { readBody } from '../input/json-body.ts';
import { words } from '../input/option-values.ts';
import { addList } from '../listing.ts';
import { type Run, verb } from '../session.ts';
import { record } from '../terminal/record.ts';
import { shown } from '../terminal/shown.ts';
import { addGet } from './get.ts';

interface PutOptions {
  readonly file?: string;
  readonly displayName?: string;
  readonly project?: string;
  readonly owner?: string;
  readonly actsFor?: ActsFor;
  readonly sessionScope?: string;
}

/** `agents ls|get|put|disable|enable`. */
export function addAgents(program: Command, run: Run): void {
  const group = program.command('agents').description('programs that act for users');
  addList<Agent>(group, run, {
    describe: 'list agents',
    list: (client, page) => client.agents.list(page),
    columns: [
      { title: 'ID', of: ({ id }) => id },
      { title: 'OWNER', of: ({ owner }) => owner },
      { title: 'PROJECT', of: ({ project }) => project },
      { title: 'ACTS FOR', of: (agent) => shown(agent.acts_for) },
      {
        title: 'ENABLED',
        of: ({ enabled }) => (enabled ? 'yes' : 'no'),
        paint: (paint, { enabled }) => (enabled ? paint.green : paint.red),
      },
      { title: 'NAME', of: (agent) => shown(agent.display_name) },
    ],
  });
  addGet(group, run, 'an agent', (client, id) => client.agents.get(id));
  addPut(group, run);
  addSwitch(group, run, 'disable', 'refuse an agent’s calls; what waits or is not redeemed becomes void');
  addSwitch(group, run, 'enable', 'let a disabled agent call again');
}

function addPut(group: Command, run: Run): void {
  group
    .command('put')
    .argument('<id>')
    .description('register an agent, or replace its registration')
    .option('--file <file>', 'registration as JSON; - for stdin')
    .option('--display-name <name>', 'for people')
    .option('--project <id>', 'project that it belongs to')
    .option('--owner <user>', 'user who answers for it')
    .option('--acts-for <users>', 'users that it may act for, as a,b; or any', (text) =>
      text === 'any' ? text : words(text),
    )
    .option('--session-scope <scope>', 'scope of its sessions')
    .action(
      verb<PutOptions, [string]>(run, async ({ client, out, io }, options, id) => {
        const body = await readBody<AgentRequest>(io, options.file, {
          display_name: options.displayName,
          project: options.project,
          owner: options.owner,
          acts_for: options.actsFor,
          session_scope: options.sessionScope,
        });
        const agent = await client.agents.put(id, body);
        await out.result(agent, (paint) => record(agent, paint));
      }),
    );
}

function addSwitch(group: Command, run: Run, name: 'disable' | 'enable', describe: string): void {
  group
    .command(name)
    .argument('<id>')
    .description(describe)
    .requiredOption('--reason <text>', 'why, for the record')
    .action(
      verb<{ readonly reason: string }, [string]>(run, async ({ client, out }, { reason }, id) => {
        const agent = await client.agents[name](id, { reason });
        await out.result(agent, (paint) => record(agent, paint));
      }),
    );
}
