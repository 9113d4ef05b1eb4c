import type { Principal } from '@countersign/access';
import { type Problem, problem, type ToolCall as ToolCallView } from '@countersign/contracts';
import { streamName } from '@countersign/event-sourcing';
import { isOpenError } from '@countersign/sealing';
import type { ServiceDependencies } from '@countersign/service';
import type { CallRow } from '../views/call-row.ts';
import { permitOf } from './answer.ts';
import type { PermitTokens } from './permit-token.ts';

/** A call as a caller who may see it reads it, its erasable fields opened from the ledger. */
export async function viewOf(
  { store, sealer }: ServiceDependencies,
  tokens: PermitTokens,
  call: CallRow,
  principal: Principal,
): Promise<ToolCallView | Problem> {
  const stream = streamName('toolcall', call.id);
  const [request] = await store.read(stream, { after: 1, limit: 1, visibility: 'accepted' });
  const opened = request ? await sealer.openFields(request, ['arguments']) : null;
  if (opened && isOpenError(opened))
    return problem('unavailable', 'the erasable fields can not be opened now');
  const outcome = call.outcome ? await outcomeOf({ store, sealer }, stream, call.outcome) : undefined;
  if (outcome === 'unavailable') return problem('unavailable', 'the erasable fields can not be opened now');
  const permit = permitOf(call, principal, tokens);
  return {
    id: call.id,
    status: call.status,
    verdict: call.verdict,
    agent_id: call.agent_id,
    user_id: call.user_id,
    tool_name: call.tool_name,
    ...(opened ? { arguments: opened.fields.arguments as NonNullable<ToolCallView['arguments']> } : {}),
    arguments_digest: call.arguments_digest,
    reasons: call.reasons as ToolCallView['reasons'],
    ...(call.approval ? { approval: { id: call.id, ...call.approval } } : {}),
    ...(permit ? { permit } : {}),
    ...(outcome ? { outcome } : {}),
    created_at: call.created_at,
    updated_at: call.updated_at,
    position: String(call.position),
  };
}

async function outcomeOf(
  { store, sealer }: Pick<ServiceDependencies, 'store' | 'sealer'>,
  stream: string,
  { sequence, ...clear }: NonNullable<CallRow['outcome']>,
): Promise<NonNullable<ToolCallView['outcome']> | 'unavailable'> {
  const [event] = await store.read(stream, { after: sequence - 1, limit: 1, visibility: 'accepted' });
  const opened = event ? await sealer.openFields(event, ['result', 'error']) : null;
  if (opened && isOpenError(opened)) return 'unavailable';
  const { result, error } = opened?.fields ?? {};
  return {
    ...clear,
    usage: clear.usage as NonNullable<ToolCallView['outcome']>['usage'],
    ...(result === undefined || result === null ? {} : { result }),
    ...(error === undefined || error === null ? {} : { error: error as string }),
  };
}
