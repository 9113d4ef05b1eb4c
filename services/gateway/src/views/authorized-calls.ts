import type { Directory, Reach } from '@countersign/directory';
import { allRows, type ViewReader } from '@countersign/service';
import { type CallRow, callsView } from './call-row.ts';

/** Calls with an open permit, of the organizations in reach. */
export function authorizedCalls(
  views: Pick<ViewReader, 'query'>,
  directory: Directory,
): (reach: Reach) => AsyncGenerator<CallRow> {
  return async function* (reach) {
    for (const one of directory.organizationIds(reach))
      yield* allRows<CallRow>(views, callsView.name, { organization: one, status: 'authorized' });
  };
}
