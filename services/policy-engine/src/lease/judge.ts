import type { Actor } from '../policy/events.ts';
import type { Lease, Leases } from './state.ts';

/** The scope that is the whole state. */
const WHOLE = '*';

/** Whether one of two parts of a state is the other or lies in it. */
export function overlaps(one: string, other: string): boolean {
  const [a, b] = [namesOf(one), namesOf(other)];
  return a.every((name, at) => at >= b.length || name === b[at]);
}

/** Whether a lease with such an end counts at a moment, whether or not its end has been recorded. */
export function isActive(expiresAt: string, time: string): boolean {
  return expiresAt > time;
}

/** The lease of somebody else that a patch of some parts of the state lacks. */
export function lacking(
  leases: Leases,
  { by, paths, time }: { readonly by: Actor; readonly paths: readonly string[]; readonly time: string },
): Lease | undefined {
  return Object.values(leases).find(
    (lease) =>
      isActive(lease.expiresAt, time) &&
      !isHolder(lease, by) &&
      paths.some((path) => overlaps(lease.scope, path)),
  );
}

/** Nobody but its holder renews or releases a lease. */
export function isHolder({ holder }: Pick<Lease, 'holder'>, { kind, id }: Actor): boolean {
  return holder.kind === kind && holder.id === id;
}

function namesOf(scope: string): readonly string[] {
  return scope === WHOLE ? [] : scope.split('/').filter((name) => name !== '');
}
