/** The life of a work intent, as OpenIntent names it. */
export const workIntentStatuses = ['draft', 'active', 'blocked', 'completed', 'abandoned'] as const;

/**
 * What agents may say of a work intent themselves. OpenIntent has more types: those with which a server speaks of what it
 * has done or decided, which nobody else may claim.
 */
export const toldEventTypes = [
  'agent_assigned',
  'agent_unassigned',
  'constraint_added',
  'constraint_removed',
  'arbitration_requested',
  'decision_recorded',
  'attachment_added',
  'failure_recorded',
  'comment',
  'tool_call_started',
  'tool_call_completed',
  'tool_call_failed',
  'llm_request_started',
  'llm_request_completed',
  'llm_request_failed',
  'stream_started',
  'stream_chunk',
  'stream_completed',
  'stream_cancelled',
  'task.created',
  'task.ready',
  'task.claimed',
  'task.started',
  'task.progress',
  'task.completed',
  'task.failed',
  'task.retrying',
  'task.blocked',
  'task.unblocked',
  'task.delegated',
  'task.escalated',
  'task.cancelled',
  'task.skipped',
  'plan.created',
  'plan.activated',
  'plan.paused',
  'plan.resumed',
  'plan.completed',
  'plan.failed',
  'plan.checkpoint_reached',
  'plan.checkpoint_approved',
  'plan.checkpoint_rejected',
  'coordinator.decision',
  'coordinator.heartbeat',
  'coordinator.paused',
  'coordinator.resumed',
  'coordinator.replaced',
  'coordinator.unresponsive',
  'coordinator.failed_over',
  'coordinator.handoff',
  'coordinator.plan_overridden',
  'coordinator.guardrails_updated',
  'coordinator.stalled',
  'coordinator.escalation_resolved',
  'agent.lifecycle',
  'channel.message',
] as const;

/** Those of them that only who administers it says: that it needs an arbiter, and what was decided. */
export const administeringEventTypes = ['arbitration_requested', 'decision_recorded'] as const;

/** What Countersign says of a work intent, in OpenIntent's words. */
export const systemEventTypes = [
  'intent_created',
  'state_patched',
  'status_changed',
  'access_granted',
  'access_revoked',
  'access_expired',
  'access_requested',
  'access_request_approved',
  'access_request_denied',
] as const;

/** What is around a work intent, as OpenIntent names its parts; the same as in `@countersign/access`. */
export const contextParts = ['dependencies', 'peers', 'parent', 'events', 'acl', 'delegated_by'] as const;

/** What of it is shown: what the level allows, nothing, some parts alone, or some entries of the state alone. */
export const contextModes = ['auto', 'none', 'parts', 'inject'] as const;
