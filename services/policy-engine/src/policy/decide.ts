import { type Decider, type Rejection, reject } from '@countersign/event-sourcing';
import type { Actor, PolicyEvent, PolicyPublished, PolicyScope } from './events.ts';
import {
  type ActiveVersion,
  evolve,
  initialState,
  type PolicyState,
  scopeKey,
  textsDigest,
} from './state.ts';

/** Publishes a version. It was checked before: it compiles, its tests pass and hit every rule. */
interface Publish {
  readonly kind: 'publish';
  readonly version: Omit<PolicyPublished['data'], 'version'>;
}

/** Publishes and activates a policy that an organization begins with, unless it has one of this id already. */
interface Adopt {
  readonly kind: 'adopt';
  readonly version: Omit<PolicyPublished['data'], 'version'>;
  readonly scope: PolicyScope;
}

interface Activate {
  readonly kind: 'activate';
  readonly version: number;
  readonly mode: 'enforce' | 'shadow';
  readonly scope: PolicyScope;
  readonly floor: boolean;
  readonly by: Actor;
}

interface Deactivate {
  readonly kind: 'deactivate';
  readonly scope: PolicyScope;
  readonly by: Actor;
}

/** Everything that can be asked of a policy. */
export type PolicyCommand = Publish | Adopt | Activate | Deactivate;

type Decided = readonly PolicyEvent[] | Rejection<'not_found'>;

function publish(command: Publish, state: PolicyState): Decided {
  if (state.newestTexts === textsDigest(command.version)) return [];
  return [{ type: 'policy-published.v1', data: { ...command.version, version: state.versions.length + 1 } }];
}

function adopt({ version, scope }: Adopt, state: PolicyState): Decided {
  if (state.versions.length > 0) return [];
  const { policy_id, digest, author } = version;
  const place = { mode: 'enforce', scope, floor: false, previous: null } as const;
  return [
    { type: 'policy-published.v1', data: { ...version, version: 1 } },
    { type: 'policy-activated.v1', data: { policy_id, version: 1, digest, ...place, by: author } },
  ];
}

function activate(command: Activate, state: PolicyState): Decided {
  const { version, mode, scope, floor, by } = command;
  const published = state.versions[version - 1];
  if (!published) return reject('not_found', `there is no version ${version} of this policy`);
  const present = state.active.get(scopeKey(scope));
  if (present && sameActivation(present, command)) return [];
  const { policy_id, digest } = published;
  const previous = present?.version ?? null;
  return [
    { type: 'policy-activated.v1', data: { policy_id, version, digest, mode, scope, floor, previous, by } },
  ];
}

function deactivate(command: Deactivate, state: PolicyState): Decided {
  if (state.versions.length === 0) return reject('not_found', 'there is no such policy');
  const present = state.active.get(scopeKey(command.scope));
  if (!present) return [];
  const { version, digest, mode, scope } = present;
  const policy_id = state.versions[0]?.policy_id ?? '';
  return [
    { type: 'policy-deactivated.v1', data: { policy_id, version, digest, mode, scope, by: command.by } },
  ];
}

function decide(command: PolicyCommand, state: PolicyState): Decided {
  switch (command.kind) {
    case 'publish':
      return publish(command, state);
    case 'adopt':
      return adopt(command, state);
    case 'activate':
      return activate(command, state);
    case 'deactivate':
      return deactivate(command, state);
  }
}

/** Versions are published, and each scope has at most one of them in force. */
export const policy: Decider<PolicyState, PolicyCommand, PolicyEvent, 'not_found'> = {
  initial: initialState,
  evolve,
  decide,
};

function sameActivation(present: ActiveVersion, command: Activate): boolean {
  return (
    present.version === command.version && present.mode === command.mode && present.floor === command.floor
  );
}
