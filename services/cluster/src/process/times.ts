import type { ClusterSettings } from './config.ts';

/** How long decisions, permits and outcomes may take, as services name it. */
export function timesOf(settings: ClusterSettings<never>) {
  return {
    decisionTimeoutMs: settings.COUNTERSIGN_DECISION_TIMEOUT_MS,
    permitTtlMs: settings.COUNTERSIGN_PERMIT_TTL_MS,
    outcomeTtlMs: settings.COUNTERSIGN_OUTCOME_TTL_MS,
  };
}
