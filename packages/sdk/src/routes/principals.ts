/** Somebody who can hold a key. */
export interface Principal {
  readonly kind: 'user' | 'agent' | 'service';
  readonly id: string;
}

/** Who did something: a principal, or `system` for what Countersign does by itself. */
export interface Actor {
  readonly kind: Principal['kind'] | 'system';
  readonly id: string;
}

/** One tenancy scope: exactly one of the three. */
export interface Scope {
  readonly organization?: string | undefined;
  readonly workspace?: string | undefined;
  readonly project?: string | undefined;
}

/** Why an agent is disabled, or a kill switch released. */
export interface ReasonRequest {
  readonly reason: string;
}
