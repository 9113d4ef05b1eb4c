import type { Principal } from '@countersign/access';
import { listRows, type PageAnswer, type ViewReader } from '@countersign/service';
import { type CallRow, type CallStatus, callsView } from '../views/call-row.ts';

/** A page of calls as they are shown, as far as they are kept and the principal may see them. An agent's are found by its name: it sees no others. */
export async function listCalls<Shown extends object>(
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
  show: (row: CallRow) => Promise<Shown>,
): Promise<PageAnswer<Shown>> {
  const { status, agent_id } = query;
  const agent = principal.kind === 'agent' ? principal.id : agent_id;
  if (agent_id !== undefined && agent !== agent_id) return { items: [], next: null };
  const where = {
    organization: principal.organization,
    ...(status === undefined ? {} : { status }),
    ...(agent === undefined ? {} : { agent_id: agent }),
  };
  const seen = principal.kind === 'agent' ? 'all' : sees;
  return listRows(views, { view: callsView.name, where, sees: seen, isKept }, query, show);
}
