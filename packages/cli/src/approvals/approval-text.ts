import type { Approval } from '@countersign/sdk';
import type { Colours } from '../terminal/colours.ts';
import { plainJson, plainLines, plainText } from '../terminal/plain-text.ts';
import { isErased, shown } from '../terminal/shown.ts';
import { fields } from '../terminal/table.ts';

/** What a human is asked: who, what with which arguments, why it needs an answer, and the agent's own words, marked. */
export function approvalText(approval: Approval, paint: Colours): string {
  const { quorum, reasons } = approval;
  return [
    fields(
      [
        ['call', approval.id],
        ['state', approval.state],
        ['agent', approval.agent_id],
        ['acts for', approval.user_id],
        ['tool', approval.tool_name],
        ['asked because', reasons.map(({ message }) => message).join('; ')],
        ['risks', shown(approval.risks)],
        ['approvers', shown(approval.approvers)],
        ['approvals', `${quorum.given} of ${quorum.needed}`],
        ['expires', approval.expires_at],
        ['digest', approval.arguments_digest],
      ],
      paint,
    ),
    paint.bold('arguments'),
    isErased(approval.arguments) ? '(erased)' : plainJson(approval.arguments, 2),
    ...textsOf(approval.arguments).flatMap(([name, text]) => [
      paint.bold(`the same ${plainText(name)}, line by line`),
      plainLines(text),
    ]),
    paint.bold('the agent’s reason'),
    theirWords(approval.reason),
    ...(approval.reasoning === null
      ? []
      : [paint.bold('the agent’s reasoning'), theirWords(approval.reasoning)]),
  ].join('\n');
}

/** Arguments that are texts of several lines: JSON shows them exactly, and nobody can read it. */
function textsOf(given: object): readonly (readonly [name: string, text: string])[] {
  return Object.entries(given).flatMap(([name, value]) =>
    typeof value === 'string' && value.includes('\n') ? [[name, value] as const] : [],
  );
}

function theirWords(words: Approval['reason']): string {
  return typeof words === 'string' ? plainLines(words) : '(erased)';
}
