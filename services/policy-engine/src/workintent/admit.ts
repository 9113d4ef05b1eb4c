import type { AclResource, Level, Principal } from '@countersign/access';
import type { Problem } from '@countersign/contracts';
import { isProblem } from '@countersign/http';
import { type Admitted, notFound } from '../access/gate.ts';
import type { WorkIntentRouteDependencies } from './dependencies.ts';
import type { WorkIntentRow } from './view.ts';

/** A work intent as what access is asked for. */
export const intent = (id: string): AclResource => ({ kind: 'intent', id });

/** Lets in who holds a level, by all that was said of it until now. */
export function createAdmit({ gate, findIntent, caughtUp }: WorkIntentRouteDependencies) {
  return async (
    principal: Principal,
    id: string,
    required: Level,
  ): Promise<(Admitted & { readonly row: WorkIntentRow }) | Problem> => {
    await caughtUp();
    const admitted = gate.admit(principal, intent(id), required);
    if (isProblem(admitted)) return admitted;
    const row = await findIntent(principal.organization, id);
    return row ? { ...admitted, row } : notFound(intent(id));
  };
}
