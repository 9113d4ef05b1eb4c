import type { Principal } from '@countersign/access';
import { listRows, type ViewReader } from '@countersign/service';
import { type CallRow, type CallStatus, callsView } from '../views/call-row.ts';

/** A page of calls as far as they are kept and the principal may see them. An agent's are found by its name: it sees no others. */
export async function listCalls(
  views: Pick<ViewReader, 'query'>,
  principal: Principal,
  query: {
    readonly status?: CallStatus | undefined;
    readonly agent_id?: string | undefined;
    readonly after?: string | undefined;
    readonly limit: number;
  },
  sees: 'all' | ((row: CallRow) => boolean),
  isKept: (row: CallRow) => boolean,
): Promise<{ readonly rows: readonly CallRow[]; readonly next: string | null }> {
  const { status, agent_id } = query;
  const agent = principal.kind === 'agent' ? principal.id : agent_id;
  if (agent_id !== undefined && agent !== agent_id) return { rows: [], next: null };
  const where = {
    organization: principal.organization,
    ...(status === undefined ? {} : { status }),
    ...(agent === undefined ? {} : { agent_id: agent }),
  };
  const seen = principal.kind === 'agent' ? 'all' : sees;
  return listRows<CallRow>(views, callsView.name, where, query, seen, isKept);
}
