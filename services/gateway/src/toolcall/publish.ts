import { publicEvents } from '@countersign/contracts';
import type { JsonObject } from '@countersign/event-sourcing';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';
import { confidenceOf } from './confidence.ts';

function withConfidence({ confidence_score, ...data }: JsonObject): JsonObject {
  return { ...data, confidence: confidenceOf(confidence_score as number | null) };
}

/** Stored events of a tool call to public ones, one to one. */
export const toolCallPublications: readonly Publication[] = [
  publishAs(publicEvents['agent.decision.made'], 'decision-made.v1'),
  publishAs(publicEvents['agent.decision.made'], 'decision-made.v2', withConfidence),
  publishAs(
    publicEvents['agent.tool.requested'],
    'tool-requested.v1',
    ({ redeem: _, claims: __, ...data }) => data,
  ),
  publishAs(publicEvents['agent.tool.requested'], 'tool-requested.v2', ({ redeem: _, claims: __, ...data }) =>
    withConfidence(data),
  ),
  publishAs(publicEvents['agent.tool.authorized'], 'tool-authorized.v1'),
  publishAs(
    publicEvents['agent.permit.redeemed'],
    'permit-redeemed.v1',
    ({ redeemed_at: _, ...data }) => data,
  ),
  publishAs(publicEvents['agent.tool.called'], 'tool-called.v1'),
  publishAs(publicEvents['agent.tool.lapsed'], 'tool-lapsed.v1'),
  publishAs(publicEvents['agent.tool.abandoned'], 'tool-abandoned.v1'),
  publishAs(publicEvents['agent.safety.blocked'], 'safety-blocked.v1'),
];
