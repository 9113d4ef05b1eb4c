import type { ScopeKind } from '@countersign/access';

/** Whose call it is. Ids are unique within their organization, so each alone names its scope. */
export interface Scopes {
  readonly organization: string;
  readonly workspace?: string;
  readonly project?: string;
  readonly user?: string;
}

/** `<kind>:<id>`, or null where the call has no such scope. A user is one row, whatever project the call came through. */
export function scopePath(kind: ScopeKind, scopes: Scopes): string | null {
  const id = scopes[kind];
  return id === undefined ? null : `${kind}:${id}`;
}
