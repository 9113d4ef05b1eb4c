/** A tenancy scope that a role is held in: one of the three, by id. */
export interface Scope {
  readonly organization?: string | undefined;
  readonly workspace?: string | undefined;
  readonly project?: string | undefined;
}

/** Where something is: its organization and, where it lies deeper, its workspace and project. */
export interface ScopePath {
  readonly organization: string;
  readonly workspace?: string | undefined;
  readonly project?: string | undefined;
}

/** Whether a role that is held in `scope` counts at `path`: from its own level downwards, never upwards. */
export function covers(scope: Scope, path: ScopePath): boolean {
  if (scope.organization !== undefined) return scope.organization === path.organization;
  if (scope.workspace !== undefined) return scope.workspace === path.workspace;
  return scope.project !== undefined && scope.project === path.project;
}

/** In which kind of scope something is held; `null` for none, which covers nothing. */
export function kindOfScope(scope: Scope): 'organization' | 'workspace' | 'project' | null {
  if (scope.organization !== undefined) return 'organization';
  if (scope.workspace !== undefined) return 'workspace';
  return scope.project === undefined ? null : 'project';
}
