import { jsonDigest } from '@countersign/policy';
import type { PolicyActivated, PolicyEvent, PolicyPublished, PolicyScope } from './events.ts';

/** A version in force, where and how. */
export type ActiveVersion = Pick<PolicyActivated['data'], 'version' | 'digest' | 'mode' | 'scope' | 'floor'>;

/** A version as it is remembered: its texts stand in its event alone, and are read there. */
export type PublishedVersion = Pick<PolicyPublished['data'], 'policy_id' | 'version' | 'digest'>;

/** One policy id of one organization: every version, and which one is in force in which scope. */
export interface PolicyState {
  readonly versions: readonly PublishedVersion[];
  /** By what the texts of the newest version are known again; `null` before there is one. */
  readonly newestTexts: string | null;
  readonly active: ReadonlyMap<string, ActiveVersion>;
}

/** Before the first event of a policy. */
export const initialState: PolicyState = { versions: [], newestTexts: null, active: new Map() };

/** One text per scope, whatever the order of its members. */
export function scopeKey({ organization, workspace, project }: PolicyScope): string {
  return JSON.stringify([organization ?? null, workspace ?? null, project ?? null]);
}

/** The same for the same two texts, to the letter: layout and comments are of no matter to a digest, and of some to people. */
export function textsDigest({ text, tests }: Pick<PolicyPublished['data'], 'text' | 'tests'>): string {
  return jsonDigest([text, tests]);
}

/** A policy after one event more; unknown ones change nothing. */
export function evolve(state: PolicyState, event: PolicyEvent): PolicyState {
  switch (event.type) {
    case 'policy-published.v1': {
      const { policy_id, version, digest } = event.data;
      const versions = [...state.versions, { policy_id, version, digest }];
      return { ...state, versions, newestTexts: textsDigest(event.data) };
    }
    case 'policy-activated.v1':
    case 'policy-deactivated.v1':
      return { ...state, active: activeAfter(state.active, event) };
    default:
      return state;
  }
}

/** What is in force in which scope, by its key, after one event more. */
export function activeAfter(active: PolicyState['active'], event: PolicyEvent): PolicyState['active'] {
  const after = new Map(active);
  if (event.type === 'policy-activated.v1') {
    const { version, digest, mode, scope, floor } = event.data;
    after.set(scopeKey(scope), { version, digest, mode, scope, floor });
  }
  if (event.type === 'policy-deactivated.v1') after.delete(scopeKey(event.data.scope));
  return after;
}
