import type { JsonValue, WorkIntentRequest } from '@countersign/contracts';
import { isSameJson } from '@countersign/sealing';
import type { OpenedMessage } from '../openintent/open-message.ts';

/**
 * Whether a request says what the one said that a work intent was made by, as its first event tells. What was erased
 * can't be compared any more: the key stands for it.
 */
export function isSameRequest({ data, fields }: OpenedMessage, body: WorkIntentRequest): boolean {
  const { title, description, constraints, state, depends_on, inherit_access } = body;
  const { namespace = null, parent_intent_id = null, governance_policy } = body;
  const isClearSame = isSameJson(
    [
      ...[data.namespace, data.parent_intent_id, data.depends_on, data.inherit_access ?? inherit_access],
      data.governance_policy ?? null,
    ],
    [namespace, parent_intent_id, depends_on, inherit_access, (governance_policy ?? null) as JsonValue],
  );
  // An erased title is no text any more; the fields of one event are erased together.
  if (!isClearSame || typeof fields.title !== 'string') return isClearSame;
  return isSameJson(
    [fields.title, fields.description, fields.constraints, fields.state],
    [title, description, constraints, state],
  );
}
