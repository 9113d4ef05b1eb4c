import type { CallStatus, ToolCall } from '@countersign/sdk';
import type { Command } from 'commander';
import { eventLine } from '../events/event-line.ts';
import { type FollowOptions, follow } from '../events/follow.ts';
import { oneOf, wholeNumber } from '../input/option-values.ts';
import { addList } from '../listing.ts';
import { type Run, verb } from '../session.ts';
import { record } from '../terminal/record.ts';
import { statusColour } from './status-colour.ts';
import { exitCodeOfCall, waitForDecision } from './wait-for-decision.ts';

const STATUSES: readonly CallStatus[] = [
  'evaluating',
  'awaiting_approval',
  'authorized',
  'redeemed',
  'succeeded',
  'failed',
  'denied',
  'blocked',
  'lapsed',
  'abandoned',
];

/** What `calls tail` follows: everything that belongs to a call. */
const CALL_TYPES: readonly string[] = [
  'agent.decision.made',
  'agent.tool.requested',
  'agent.tool.evaluated',
  'agent.approval.requested',
  'agent.approval.voted',
  'agent.approval.granted',
  'agent.approval.denied',
  'agent.approval.expired',
  'agent.approval.voided',
  'agent.quota.denied',
  'agent.tool.authorized',
  'agent.permit.redeemed',
  'agent.tool.called',
  'agent.tool.lapsed',
  'agent.tool.abandoned',
  'agent.safety.blocked',
];

/** `calls ls|get|tail|timeline`. */
export function addCalls(program: Command, run: Run): void {
  const group = program.command('calls').description('tool calls, and what became of them');
  addCallList(group, run);
  group
    .command('get')
    .argument('<id>')
    .description('show a call as it stands')
    .option(
      '--wait <seconds>',
      'wait for a decision; the exit code tells it: 0 allowed, 5 refused, 6 not yet',
      wholeNumber,
    )
    .action(
      verb<{ readonly wait?: number }, [string]>(run, async (session, { wait }, id) => {
        const { client, out, exitWith } = session;
        const call =
          wait === undefined ? await client.toolCalls.get(id) : await waitForDecision(session, id, wait);
        await out.result(call, (paint) => record(call, paint));
        if (wait !== undefined) exitWith(exitCodeOfCall(call));
      }),
    );
  group
    .command('timeline')
    .argument('<id>')
    .description('every event of a call, in ledger order')
    .action(
      verb<object, [string]>(run, async ({ client, out }, _options, id) => {
        const timeline = await client.toolCalls.timeline(id);
        await out.result(timeline, (paint) =>
          timeline.items.map((event) => eventLine(event, paint)).join('\n'),
        );
      }),
    );
  group
    .command('tail')
    .argument('[id]', 'only this call')
    .description('follow calls as they happen')
    .option('--after <position>', 'begin after this position; default with what comes next')
    .option('--count <n>', 'end after so many events', wholeNumber)
    .action(
      verb<FollowOptions, [string | undefined]>(run, (session, options, id) =>
        follow(
          session,
          { types: CALL_TYPES },
          options,
          ({ correlationid }) => id === undefined || id === correlationid,
        ),
      ),
    );
}

function addCallList(group: Command, run: Run): void {
  addList<ToolCall, { readonly status?: CallStatus; readonly agent?: string }>(group, run, {
    describe: 'list calls',
    list: (client, page, { status, agent }) => client.toolCalls.list({ ...page, status, agent_id: agent }),
    columns: [
      { title: 'ID', of: ({ id }) => id },
      {
        title: 'STATUS',
        of: ({ status }) => status,
        paint: (paint, { status }) => statusColour(status, paint),
      },
      { title: 'AGENT', of: (call) => call.agent_id },
      { title: 'USER', of: (call) => call.user_id },
      { title: 'TOOL', of: (call) => call.tool_name },
      { title: 'CREATED', of: (call) => call.created_at },
      { title: 'WHY', of: ({ reasons }) => reasons.map(({ rule, code }) => rule ?? code).join(', ') },
    ],
  })
    .option('--status <status>', STATUSES.join(', '), oneOf(STATUSES))
    .option('--agent <id>', 'only of this agent');
}
