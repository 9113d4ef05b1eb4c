import type { ScopeKind } from '@countersign/access';

/** Whose call it is. Ids are unique within their organization, so each alone names its scope. */
export interface Scopes {
  readonly organization: string;
  readonly workspace?: string;
  readonly project?: string;
  readonly user?: string;
}

/**
 * `<kind>:<id>`, or null where the call has no such scope. A user is one row, whatever project the call came through; a
 * project_user (`project_user:<project>:<user>`) is one in each project.
 */
export function scopePath(kind: ScopeKind, scopes: Scopes): string | null {
  const { project, user } = scopes;
  if (kind === 'project_user') {
    return project === undefined || user === undefined ? null : `project_user:${project}:${user}`;
  }
  const id = scopes[kind];
  return id === undefined ? null : `${kind}:${id}`;
}
