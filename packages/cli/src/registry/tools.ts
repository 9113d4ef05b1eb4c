import type { JsonObject, Sensitivity, Tool, ToolAction, ToolRequest } from '@countersign/sdk';
import type { Command } from 'commander';
import { readBody, readJsonObject } from '../input/json-body.ts';
import { oneOf, wholeNumber, words } from '../input/option-values.ts';
import { addList } from '../listing.ts';
import { type Run, verb } from '../session.ts';
import { record } from '../terminal/record.ts';
import { addGet } from './get.ts';

interface PutOptions {
  readonly file?: string;
  readonly description?: string;
  readonly inputSchema?: string;
  readonly action?: ToolAction;
  readonly requiredPermissions?: readonly string[];
  readonly requiredFlags?: readonly string[];
  readonly resource?: string;
  readonly destructive?: boolean;
  readonly requiresApproval?: boolean;
  readonly sensitivity?: Sensitivity;
  readonly environment?: string;
  readonly environmentFrom?: string;
  readonly costMicros?: number;
  readonly costFrom?: string;
  readonly timeoutMs?: number;
}

const ACTIONS: readonly ToolAction[] = ['read', 'create', 'modify', 'delete', 'execute', 'admin'];
const SENSITIVITIES: readonly Sensitivity[] = ['low', 'medium', 'high', 'critical'];

/** `tools ls|get|put|withdraw`. */
export function addTools(program: Command, run: Run): void {
  const group = program.command('tools').description('what agents can call; an undeclared tool is denied');
  addList<Tool>(group, run, {
    describe: 'list declared tools',
    list: (client, page) => client.tools.list(page),
    columns: [
      { title: 'NAME', of: ({ name }) => name },
      { title: 'ACTION', of: ({ action }) => action },
      { title: 'SENSITIVITY', of: ({ sensitivity }) => sensitivity },
      { title: 'DESTRUCTIVE', of: ({ destructive }) => (destructive ? 'yes' : 'no') },
      { title: 'APPROVAL', of: (tool) => (tool.requires_approval ? 'yes' : 'no') },
      { title: 'COST (MICROS)', of: (tool) => tool.cost_micros ?? tool.cost_from },
      { title: 'VERSION', of: ({ version }) => version },
      { title: 'DESCRIPTION', of: ({ description }) => description },
    ],
  });
  addGet(group, run, 'a tool’s declaration', (client, id) => client.tools.get(id));
  addPut(group, run);
  group
    .command('withdraw')
    .argument('<name>')
    .description('take a declaration back; calls of it that wait or are not redeemed become void')
    .action(
      verb<object, [string]>(run, async ({ client, out }, _options, name) => {
        await client.tools.withdraw(name);
        await out.result({ name, withdrawn: true }, () => `${name} is withdrawn`);
      }),
    );
}

function addPut(group: Command, run: Run): void {
  group
    .command('put')
    .argument('<name>')
    .description(
      'declare a tool, or replace its declaration; a change voids what was decided about the old one',
    )
    .option('--file <file>', 'declaration as JSON; - for stdin')
    .option('--description <text>', 'what it does')
    .option('--input-schema <file>', 'JSON Schema 2020-12 of the arguments; - for stdin')
    .option('--action <action>', ACTIONS.join(', '), oneOf(ACTIONS))
    .option('--required-permissions <names>', 'of the user acted for, as a,b', words)
    .option('--required-flags <names>', 'of the plan that it is called on, as a,b', words)
    .option('--resource <pointer>', 'JSON pointer to the argument that names the resource')
    .option('--destructive', 'what it does can’t be undone')
    .option('--requires-approval', 'ask a human each time')
    .option('--sensitivity <level>', SENSITIVITIES.join(', '), oneOf(SENSITIVITIES))
    .option('--environment <name>', 'where it acts')
    .option('--environment-from <cel>', 'the same, as an expression over args')
    .option('--cost-micros <n>', 'what one call costs, in micro-units', wholeNumber)
    .option('--cost-from <cel>', 'the same, as an expression over args')
    .option('--timeout-ms <n>', 'longest execution', wholeNumber)
    .action(
      verb<PutOptions, [string]>(run, async ({ client, out, io }, options, name) => {
        const schema = options.inputSchema && (await readJsonObject(io, options.inputSchema));
        const body = await readBody<ToolRequest>(io, options.file, {
          description: options.description,
          input_schema: schema ? (schema as JsonObject) : undefined,
          action: options.action,
          required_permissions: options.requiredPermissions,
          required_flags: options.requiredFlags,
          resource: options.resource,
          destructive: options.destructive,
          requires_approval: options.requiresApproval,
          sensitivity: options.sensitivity,
          environment: options.environment,
          environment_from: options.environmentFrom,
          cost_micros: options.costMicros,
          cost_from: options.costFrom,
          timeout_ms: options.timeoutMs,
        });
        const declared = await client.tools.put(name, body);
        await out.result(declared, (paint) => record(declared, paint));
      }),
    );
}
