import type { Principal } from '@countersign/access';
import type { Problem } from '@countersign/contracts';
import { isProblem } from '@countersign/http';

/** What became of an intent; `again`: nothing yet, because something is away that comes back. */
export type Taken = { readonly kind: 'taken' } | Refused | { readonly kind: 'again'; readonly why: string };

/** An intent that is refused, for good: nothing of it has happened. */
export interface Refused {
  readonly kind: 'refused';
  readonly code: string;
  readonly detail: string;
}

/** Its events say what becomes of it. */
export const TAKEN: Taken = { kind: 'taken' };

/** Makes a refusal, which becomes a dead letter. */
export function refused(code: string, detail: string): Refused {
  return { kind: 'refused', code, detail };
}

/** Tells a refusal from what an intent came to else. */
export function isRefused(value: object): value is Refused {
  return 'kind' in value && value.kind === 'refused';
}

/** What the deciders' own refusals mean here: those that HTTP answers with 503, or asks to repeat, are no refusals. */
export function takenUnless<Answer extends object>(answer: Answer | Problem): Taken {
  if (!isProblem(answer)) return TAKEN;
  const { code, detail } = answer;
  return PASSES.has(code) ? { kind: 'again', why: detail } : refused(code, detail);
}

const PASSES: ReadonlySet<string> = new Set(['unavailable', 'overloaded', 'version_conflict']);

/** A refusal, for the record: what was asked, and by whom, as far as that is proven. */
export interface IntentRefusal {
  readonly code: string;
  /** Topic and type. */
  readonly route: string;
  readonly principal: Principal | null;
}
