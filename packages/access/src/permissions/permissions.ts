import type { AclPrincipal } from '../acl/acl.ts';
import type { Level } from '../acl/level.ts';

/**
 * What holds for those whom `allow` does not name:
 * `open` everybody has the default; `scoped` everybody has the default where one is stated, else nobody anything;
 * `restricted` the agents of the workflow have the default where one is stated; `private` nobody has anything;
 * `listed` nobody has anything, not even the agent that the phase is assigned to.
 */
export type AccessPolicy = 'open' | 'scoped' | 'restricted' | 'private' | 'listed';

/** One principal that is let in. */
export interface Allowance {
  readonly principal: AclPrincipal;
  readonly level: Level;
  /** Whether this principal may hand on what it has. */
  readonly delegate: boolean;
  /** RFC 3339; null for good. */
  readonly expiresAt: string | null;
  readonly reason: string | null;
}

/** Whether and how far work may be handed on. */
export interface DelegationRule {
  /** To which agents, by their ids; null for any. */
  readonly to: readonly string[] | null;
  /** At most this much; null for as much as the delegator has. */
  readonly level: Level | null;
  /** How many hops. */
  readonly maxDepth: number;
}

/**
 * What an agent is told about its work, no more than its level allows in any case: all of it, nothing, these parts alone,
 * or these entries of the state alone.
 */
export type ContextRule =
  | 'auto'
  | 'none'
  | { readonly parts: readonly ContextPart[] }
  | { readonly inject: readonly string[] };

/** What there is around a work intent that an agent can be told. */
export const CONTEXT_PARTS = ['dependencies', 'peers', 'parent', 'events', 'acl', 'delegated_by'] as const;
/** One of `CONTEXT_PARTS`. */
export type ContextPart = (typeof CONTEXT_PARTS)[number];

/** The `permissions` of a phase, whichever form they were written in. */
export interface Permissions {
  readonly policy: AccessPolicy;
  readonly default: Level | null;
  readonly allow: readonly Allowance[];
  readonly delegate: DelegationRule | null;
  readonly context: ContextRule;
}

/** What an automatic review answers to a request for access. */
export const REVIEW_ANSWERS = ['approve', 'deny', 'defer'] as const;
/** `defer` leaves it to approvers. */
export type ReviewAnswer = (typeof REVIEW_ANSWERS)[number];

/** How requests for access are reviewed. */
export interface AccessReview {
  readonly onRequest: ReviewAnswer;
  /** `user:<id>`, `agent:<id>`, `group:<id>` or `role:<slug>`; a name alone is a user, a group or a role. */
  readonly approvers: readonly string[];
  readonly timeoutHours: number;
}

/** What a workflow says of an agent. */
export interface AgentDefaults {
  /** What the agent has on work intents whose list leaves it open; null for nothing. */
  readonly defaultPermission: Level | null;
  /** Whether its requests always wait for an approver. */
  readonly approvalRequired: boolean;
}

/** One phase of a workflow, as far as access goes. `permissions` is null where the phase says nothing. */
export interface Phase {
  readonly name: string;
  readonly title: string;
  readonly description: string | null;
  readonly assign: string;
  readonly dependsOn: readonly string[];
  readonly permissions: Permissions | null;
}

/** A workflow file, as far as access goes. */
export interface Workflow {
  readonly name: string | null;
  readonly phases: readonly Phase[];
  readonly agents: ReadonlyMap<string, AgentDefaults>;
  readonly review: AccessReview | null;
}
