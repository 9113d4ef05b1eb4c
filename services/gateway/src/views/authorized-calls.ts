import type { Directory } from '@countersign/directory';
import { allRows, type ViewReader } from '@countersign/service';
import { type CallRow, callsView } from './call-row.ts';

/** Calls with an open permit, of one organization or (`null`) of all. */
export function authorizedCalls(
  views: Pick<ViewReader, 'query'>,
  directory: Directory,
): (organization: string | null) => AsyncGenerator<CallRow> {
  return async function* (organization) {
    for (const one of directory.organizationIds(organization))
      yield* allRows<CallRow>(views, callsView.name, { organization: one, status: 'authorized' });
  };
}
