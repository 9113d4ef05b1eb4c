import type { DomainEvent } from '@countersign/event-sourcing';

/** Who did something; `system` is Countersign itself. */
export interface Actor {
  readonly kind: 'user' | 'agent' | 'service' | 'system';
  readonly id: string;
}

/** Countersign, of what it does by itself. */
export const SYSTEM = { kind: 'system', id: 'countersign' } as const satisfies Actor;

/** Where a policy holds: every id given must be the call's. Empty is the whole installation. */
export interface PolicyScope {
  readonly organization?: string | undefined;
  readonly workspace?: string | undefined;
  readonly project?: string | undefined;
}

/** A version that compiles and whose tests pass. */
export type PolicyPublished = DomainEvent<
  'policy-published.v1',
  {
    readonly policy_id: string;
    readonly version: number;
    readonly digest: string;
    readonly text: string;
    readonly tests: string;
    readonly engine: { readonly name: string; readonly version: string };
    readonly author: Actor;
  }
>;

/** A version is in force in a scope. */
export type PolicyActivated = DomainEvent<
  'policy-activated.v1',
  {
    readonly policy_id: string;
    readonly version: number;
    readonly digest: string;
    readonly mode: 'enforce' | 'shadow';
    readonly scope: PolicyScope;
    readonly floor: boolean;
    /** The version of this policy that was in force in this scope before. */
    readonly previous: number | null;
    readonly by: Actor;
  }
>;

type PolicyDeactivated = DomainEvent<
  'policy-deactivated.v1',
  {
    readonly policy_id: string;
    readonly version: number;
    readonly digest: string;
    readonly mode: 'enforce' | 'shadow';
    readonly scope: PolicyScope;
    readonly by: Actor;
  }
>;

/** Everything that the stream of a policy holds. */
export type PolicyEvent = PolicyPublished | PolicyActivated | PolicyDeactivated;
