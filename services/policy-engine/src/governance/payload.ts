import type { JsonObject } from '@countersign/contracts';
import type { Actor } from '../policy/events.ts';

/** What OpenIntent's clients read of an event of governance: a policy, a broken rule, or an answer. */
export function governancePayload(eventType: string, data: JsonObject): JsonObject {
  const { policy, version, rule, detail, approval_id, action, requested_by } = data;
  switch (eventType) {
    case 'governance.policy_set':
      return { governance_policy: policy ?? null, version: version ?? null };
    case 'governance.policy_removed':
      return { version: version ?? null };
    case 'governance.violation':
      return { rule: rule ?? null, detail: detail ?? null };
    default:
      return {
        approval_id: approval_id ?? null,
        action: action ?? null,
        decision: eventType === 'governance.approval_granted' ? 'approved' : 'denied',
        requested_by: (requested_by as unknown as Actor).id,
      };
  }
}
