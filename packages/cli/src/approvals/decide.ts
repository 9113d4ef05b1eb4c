import type { Approval, ApprovalDecisionAnswer, ApprovalDecisionRequest } from '@countersign/sdk';
import type { Command } from 'commander';
import { fail } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { type Run, type Session, verb } from '../session.ts';
import { confirmed } from '../terminal/confirm.ts';
import { isErased } from '../terminal/shown.ts';
import { approvalText } from './approval-text.ts';

interface ApproveOptions {
  readonly reason: string;
  readonly digest?: string;
  readonly yes?: boolean;
}

/**
 * `approve`: shows the stored arguments and sends their digest, so that the answer holds for what was shown and for
 * nothing else. Somebody has to look: the person who is asked, or whoever gives the digest or `--yes`.
 */
export function addApprove(group: Command, run: Run): void {
  group
    .command('approve')
    .argument('<id>', 'id of the call')
    .description('approve a call: exactly the arguments that are shown, once')
    .requiredOption('--reason <text>', 'why, for the record')
    .option('--digest <digest>', 'approve only these arguments; needs no second confirmation')
    .option('--yes', 'approve without a second confirmation')
    .action(
      verb<ApproveOptions, [string]>(run, async (session, { reason, digest, yes }, id) => {
        const approval = await session.client.approvals.get(id);
        await session.out.note((paint) => approvalText(approval, paint));
        if (isErased(approval.arguments)) nothingToSee();
        if (digest === undefined && yes !== true) {
          await confirmed(
            session.io,
            `Approve ${approval.tool_name} with these arguments?`,
            '--digest or --yes',
          );
        }
        await decide(session, approval, {
          decision: 'approve',
          reason,
          arguments_digest: digest ?? approval.arguments_digest,
        });
      }),
    );
}

/** `deny`: ends the call. */
export function addDeny(group: Command, run: Run): void {
  group
    .command('deny')
    .argument('<id>', 'id of the call')
    .description('deny a call; one person is enough')
    .requiredOption('--reason <text>', 'why, for the record')
    .action(
      verb<{ readonly reason: string }, [string]>(run, async (session, { reason }, id) => {
        const approval = await session.client.approvals.get(id);
        const { arguments_digest } = approval;
        await decide(session, approval, { decision: 'deny', reason, arguments_digest });
      }),
    );
}

async function decide(
  { client, out }: Session,
  { id }: Approval,
  decision: ApprovalDecisionRequest,
): Promise<void> {
  const answer = await client.approvals.decide(id, decision);
  await out.result({ id, ...answer }, (paint) => {
    const colour = answer.state === 'granted' ? paint.green : paint.yellow;
    return `${colour(answer.state)}: ${standing(answer)}`;
  });
}

function standing({ state, quorum }: ApprovalDecisionAnswer): string {
  if (state === 'denied') return 'the call is closed';
  return `${quorum.given} of ${quorum.needed} approvals`;
}

function nothingToSee(): never {
  return fail({
    exitCode: EXIT.conflict,
    code: 'erased',
    detail: 'the arguments are erased: nobody can see what would be approved',
    remedy: 'deny the call, and let the agent ask again',
  });
}
