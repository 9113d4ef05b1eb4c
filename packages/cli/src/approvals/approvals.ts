import type { Approval, ApprovalState } from '@countersign/sdk';
import type { Command } from 'commander';
import { oneOf } from '../input/option-values.ts';
import { addList } from '../listing.ts';
import { type Run, verb } from '../session.ts';
import { plainJson } from '../terminal/plain-text.ts';
import { shown } from '../terminal/shown.ts';
import { approvalText } from './approval-text.ts';
import { addApprove, addDeny } from './decide.ts';

const STATES: readonly ApprovalState[] = ['waiting', 'granted', 'denied', 'expired', 'void'];

/** `approvals ls|show|approve|deny`. */
export function addApprovals(program: Command, run: Run): void {
  const group = program.command('approvals').description('what waits for a human answer');
  addList<Approval, { readonly state?: ApprovalState }>(group, run, {
    describe: 'list approvals; those that wait, if no state is named',
    list: (client, page, { state = 'waiting' }) => client.approvals.list({ ...page, state }),
    columns: [
      { title: 'ID', of: ({ id }) => id },
      { title: 'AGENT', of: (approval) => approval.agent_id },
      { title: 'TOOL', of: (approval) => approval.tool_name },
      { title: 'ARGUMENTS', of: (approval) => plainJson(approval.arguments) },
      { title: 'REASON', of: ({ reason }) => shown(reason) },
      { title: 'APPROVALS', of: ({ quorum }) => `${quorum.given}/${quorum.needed}` },
      { title: 'EXPIRES', of: (approval) => approval.expires_at },
    ],
  }).option('--state <state>', STATES.join(', '), oneOf(STATES));
  group
    .command('show')
    .argument('<id>', 'id of the call')
    .description('show what is asked, with the arguments that would be executed')
    .action(
      verb<object, [string]>(run, async ({ client, out }, _options, id) => {
        const approval = await client.approvals.get(id);
        await out.result(approval, (paint) => approvalText(approval, paint));
      }),
    );
  addApprove(group, run);
  addDeny(group, run);
}
