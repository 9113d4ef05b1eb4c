import type { Principal } from '@countersign/access';
import type { ViewReader } from '@countersign/service';
import { type CallRow, type CallStatus, callsView } from '../views/call-row.ts';

/** Most rows that are read for one page of a caller who sees only some of them; `next` goes on from there. */
const MAX_READ = 5_000;
/** Rows of one read where some of them may not be shown. */
const READ_AT_ONCE = 500;

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
  const { status, agent_id, limit } = query;
  const agent = principal.kind === 'agent' ? principal.id : agent_id;
  if (agent_id !== undefined && agent !== agent_id) return { rows: [], next: null };
  const where = {
    organization: principal.organization,
    ...(status === undefined ? {} : { status }),
    ...(agent === undefined ? {} : { agent_id: agent }),
  };
  const seesAll = sees === 'all' || principal.kind === 'agent';
  const size = seesAll ? limit + 1 : Math.max(limit + 1, READ_AT_ONCE);
  const rows: CallRow[] = [];
  let { after } = query;
  for (let read = 0; read < MAX_READ; read += size) {
    const page = await views.query<CallRow>(callsView.name, {
      where,
      limit: size,
      ...(after === undefined ? {} : { after }),
    });
    rows.push(...page.map(({ row }) => row).filter((row) => isKept(row) && (seesAll || sees(row))));
    if (rows.length > limit) return { rows: rows.slice(0, limit), next: rows[limit - 1]?.id ?? null };
    if (page.length < size) return { rows, next: null };
    after = page.at(-1)?.key;
  }
  return { rows, next: after ?? null };
}
