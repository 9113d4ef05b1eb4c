import type { PolicyActivated, PolicyEvent, PolicyPublished, PolicyScope } from './events.ts';

/** A version in force, where and how. */
export type ActiveVersion = Pick<PolicyActivated['data'], 'version' | 'digest' | 'mode' | 'scope' | 'floor'>;

/** One policy id of one organization: every version, and which one is in force in which scope. */
export interface PolicyState {
  readonly versions: readonly PolicyPublished['data'][];
  readonly active: ReadonlyMap<string, ActiveVersion>;
}

/** Before the first event of a policy. */
export const initialState: PolicyState = { versions: [], active: new Map() };

/** One text per scope, whatever the order of its members. */
export function scopeKey({ organization, workspace, project }: PolicyScope): string {
  return JSON.stringify([organization ?? null, workspace ?? null, project ?? null]);
}

/** A policy after one event more; unknown ones change nothing. */
export function evolve(state: PolicyState, event: PolicyEvent): PolicyState {
  switch (event.type) {
    case 'policy-published.v1':
      return { ...state, versions: [...state.versions, event.data] };
    case 'policy-activated.v1': {
      const { version, digest, mode, scope, floor } = event.data;
      const active = new Map(state.active).set(scopeKey(scope), { version, digest, mode, scope, floor });
      return { ...state, active };
    }
    case 'policy-deactivated.v1': {
      const active = new Map(state.active);
      active.delete(scopeKey(event.data.scope));
      return { ...state, active };
    }
    default:
      return state;
  }
}
