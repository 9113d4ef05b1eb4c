import { type Problem, problem } from '@countersign/contracts';
import type { AppendedEvent } from '@countersign/event-store';
import type { GovernanceViolated } from './events.ts';

/** The refusal that was recorded instead of what was asked. */
export function violationIn(events: readonly Pick<AppendedEvent, 'type' | 'data'>[]): Problem | null {
  const broken = events.find(({ type }) => type === ('work-intent-governance-violated.v1' satisfies Type));
  if (!broken) return null;
  const { rule, detail } = broken.data as unknown as GovernanceViolated['data'];
  return problem('governance_violation', detail, { rule });
}

type Type = GovernanceViolated['type'];
