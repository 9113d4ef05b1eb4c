import type { RuleObligations } from '../policy.ts';
import type { Obligations } from './evaluation.ts';

type ExecutionObligations = Pick<Obligations, 'redact' | 'sandbox' | 'dry_run'>;

/** What the fired rules ask of the execution: the union of redactions and profiles, a dry run if any wants one. */
export function mergeExecution(rules: readonly RuleObligations[]): ExecutionObligations {
  const redact = new Set(rules.flatMap((rule) => rule.redact ?? []));
  const sandbox = new Set(rules.flatMap((rule) => rule.sandbox ?? []));
  return {
    ...(redact.size > 0 && { redact: [...redact].sort() }),
    ...(sandbox.size > 0 && { sandbox: [...sandbox].sort() }),
    ...(rules.some((rule) => rule.dry_run) && { dry_run: true }),
  };
}
