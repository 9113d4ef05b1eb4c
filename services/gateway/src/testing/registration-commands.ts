import { DEFAULT_ROLES } from '@countersign/access';
import type { Personal } from '@countersign/event-sourcing';
import { disclose } from '@countersign/sealing';
import fc from 'fast-check';
import type { AddSigningKey, AgentCommand, RegisterAgent, SwitchAgent } from '../agent/decide.ts';
import type { ApiKeyCommand, CreateApiKey } from '../apikey/decide.ts';
import type { GroupCommand, RegisterGroup } from '../group/decide.ts';
import type { InvitationCommand } from '../invitation/decide.ts';
import type { Engage, KillSwitchCommand } from '../killswitch/decide.ts';
import type { CreateOrganization, OrganizationCommand } from '../organization/decide.ts';
import type { RegisterProject } from '../project/decide.ts';
import type { ApplyRoleCatalog } from '../rolecatalog/decide.ts';
import type { DeclareTool, ToolCommand } from '../tool/decide.ts';
import type { Declaration } from '../tool/events.ts';
import type { RegisterUser, UserCommand } from '../user/decide.ts';
import type { RegisterWorkspace } from '../workspace/decide.ts';
import { AT, later } from './call-commands.ts';

/** Whom these commands are by. */
export const OWNER = { kind: 'user', id: 'owner' } as const;

function personal(name: string, value: string | null): Personal {
  const disclosures = [disclose(name, value, 'c2FsdC1vZi1hLXRlc3QtMg')];
  return { subject: 'alice', retention: 'standard', disclosures };
}

/** `helper`, who acts for alice alone. */
export function registerAgent(
  registration: Partial<RegisterAgent['registration']> = {},
  sameName = true,
): RegisterAgent {
  return {
    kind: 'register',
    registration: {
      agent_id: 'helper',
      project: 'default',
      owner: 'alice',
      acts_for: ['alice'],
      session_scope: null,
      ...registration,
    },
    seen: null,
    sameName,
    by: OWNER,
    personal: personal('display_name', 'Helper'),
  };
}

/** With a reason. */
export function switchAgent(kind: SwitchAgent['kind']): SwitchAgent {
  return { kind, by: OWNER, personal: personal('reason', 'a test') };
}

/** A key by its one letter; two may be in force. */
export function addSigningKey(letter: string): AddSigningKey {
  const publicKey = { kty: 'OKP', crv: 'Ed25519', x: `${letter.repeat(42)}A` } as const;
  return { kind: 'add-signing-key', keyId: letter.repeat(43), publicKey, most: 2, by: OWNER };
}

/** The key of `addSigningKey` with the same letter. */
export function revokeSigningKey(letter: string): AgentCommand {
  return { kind: 'revoke-signing-key', keyId: letter.repeat(43), by: OWNER };
}

/** Commands that meet in one stream. */
export const commandsOfAnAgent: fc.Arbitrary<AgentCommand> = fc.oneof(
  fc.constantFrom('alice', 'bob').map((owner) => registerAgent({ owner })),
  fc.constantFrom<RegisterAgent>(registerAgent({ acts_for: 'any' }), registerAgent({ acts_for: [] })),
  fc.constantFrom<SwitchAgent['kind']>('disable', 'enable').map(switchAgent),
  fc
    .record({ default_permission: fc.constantFrom(null, 'write' as const), approval_required: fc.boolean() })
    .map((access) => ({ kind: 'set-access' as const, access: { ...access }, by: OWNER })),
  fc.constantFrom('a', 'b', 'c').map(addSigningKey),
  fc.constantFrom('a', 'b', 'c').map(revokeSigningKey),
);

/** Alice, a developer of the default project. */
export function registerUser(
  registration: Partial<RegisterUser['registration']> = {},
  sameName = true,
): RegisterUser {
  return {
    kind: 'register',
    registration: {
      user_id: 'alice',
      roles: [{ scope: { project: 'default' }, role: 'developer' }],
      approval_level: 'production_only',
      trust_score: 500,
      ...registration,
    },
    seen: null,
    sameName,
    by: OWNER,
    personal: personal('display_name', 'Alice'),
  };
}

/** Whatever her roles are. */
export const removeUser: UserCommand = { kind: 'remove', seen: null, by: OWNER };

/** Commands that meet in one stream. */
export const commandsOfAUser: fc.Arbitrary<UserCommand> = fc.oneof(
  fc
    .record({
      trust_score: fc.constantFrom(0, 500, 1_000),
      approval_level: fc.constantFrom<RegisterUser['registration']['approval_level']>('always', 'never'),
    })
    .map((registration) => registerUser(registration)),
  fc.constant(removeUser),
);

/** A tool that reads files and needs no approval. */
export const DECLARATION: Declaration = {
  description: 'Reads a file',
  input_schema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
  action: 'read',
  required_permissions: [],
  resource: '/path',
  destructive: false,
  requires_approval: false,
  sensitivity: 'low',
  environment: 'development',
  environment_from: null,
  cost_micros: 0,
  cost_from: null,
  timeout_ms: 30_000,
};

/** A declaration; its hash is a stand-in that differs as the declarations do. */
export function declareTool(change: Partial<Declaration> = {}): DeclareTool {
  const declaration = { ...DECLARATION, ...change };
  const definitionHash = disclose('definition', { ...declaration }, 'none').digest;
  return { kind: 'declare', name: 'read-file', declaration, definitionHash, by: OWNER };
}

/** Commands that meet in one stream. */
export const commandsOfATool: fc.Arbitrary<ToolCommand> = fc.oneof(
  fc.constantFrom('Reads a file', 'Reads one').map((description) => declareTool({ description })),
  fc.constant<ToolCommand>({ kind: 'withdraw', by: OWNER }),
);

/** The key of these commands. */
export const KEY_ID = '01a1fd5a-0e60-7260-a743-00000000000a';

/** A key of `helper`, good until it is revoked. */
export function createKey(key: Partial<CreateApiKey['key']> = {}): CreateApiKey {
  return {
    kind: 'create',
    key: {
      key_id: KEY_ID,
      principal: { kind: 'agent', id: 'helper' },
      hash: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
      expires_at: null,
      created_by: OWNER,
      ...key,
    },
    personal: personal('name', 'ci'),
  };
}

/** With a minute in which both are good. */
export const rotateKey: ApiKeyCommand = {
  kind: 'rotate',
  successor: '01a1fd5a-0e60-7260-a743-00000000000c',
  validUntil: later(60_000),
  by: OWNER,
};

/** Commands that meet in one stream. */
export const commandsOfAKey: fc.Arbitrary<ApiKeyCommand> = fc.constantFrom<ApiKeyCommand>(
  createKey(),
  createKey({ expires_at: later(60_000) }),
  { kind: 'revoke', by: OWNER },
  rotateKey,
);

/** With a calendar whose months begin on their last day. */
export function createOrganization(
  organization: Partial<CreateOrganization['organization']> = {},
): CreateOrganization {
  const created = { organization_id: 'acme', plan: 'team', zone: 'Europe/Berlin', anchor_day: 31, by: OWNER };
  return { kind: 'create', organization: { ...created, ...organization } };
}

/** Commands that meet in one stream. */
export const commandsOfAnOrganization: fc.Arbitrary<OrganizationCommand> = fc.oneof(
  fc.constant(createOrganization()),
  fc
    .constantFrom('team', 'unlimited')
    .map((plan): OrganizationCommand => ({ kind: 'change-plan', plan, by: OWNER })),
);

/** `research`. */
export const registerWorkspace: RegisterWorkspace = {
  kind: 'register',
  workspace: { workspace_id: 'research', by: OWNER },
};

/** `apollo`. */
export function registerProject(workspace = 'research'): RegisterProject {
  return { kind: 'register', project: { project_id: 'apollo', workspace_id: workspace, by: OWNER } };
}

/** `finance`, with these users. */
export function registerGroup(...users: readonly string[]): RegisterGroup {
  const members = users.map((id) => ({ kind: 'user', id }) as const);
  return {
    kind: 'register',
    registration: { group_id: 'finance', members },
    leftSince: null,
    seen: null,
    by: OWNER,
  };
}

/** Ends `finance`. */
export const removeGroup: GroupCommand = { kind: 'remove', by: OWNER };

/** Commands that meet in one stream. */
export const commandsOfAGroup: fc.Arbitrary<GroupCommand> = fc.oneof(
  fc
    .tuple(fc.subarray(['alice', 'bob']), fc.constantFrom(null, 0, 1, 2))
    .map(([users, seen]) => ({ ...registerGroup(...users), seen })),
  fc.constant(removeGroup),
);

/** The invitation of these commands. */
export const INVITATION_ID = '01a1fd5a-0e60-7260-a743-00000000000d';

/** Invites alice for a minute. */
export const invite: Extract<InvitationCommand, { kind: 'invite' }> = {
  kind: 'invite',
  invitation: {
    invitation_id: INVITATION_ID,
    user_id: 'alice',
    roles: [{ scope: { project: 'default' }, role: 'developer' }],
    hash: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
    expires_at: later(60_000),
    by: OWNER,
    by_installation_owner: true,
  },
  personal: personal('handle', 'alice@example.org'),
};

/** Commands that meet in one stream, in time and too late. */
export const commandsOfAnInvitation: fc.Arbitrary<InvitationCommand> = fc.oneof(
  fc.constantFrom<InvitationCommand>(invite, { kind: 'revoke', by: OWNER }),
  fc
    .record({
      kind: fc.constantFrom('accept' as const, 'expire' as const),
      time: fc.constantFrom(AT, later(60_000)),
    })
    .map((command): InvitationCommand => command),
);

/** The switch of these commands. */
export const SWITCH_ID = '01a1fd5a-0e60-7260-a743-00000000000b';

/** Stops `helper`. */
export function engage(target: Partial<Engage['target']> = {}, expiresAt: string | null = null): Engage {
  return {
    kind: 'engage',
    target: { kill_switch_id: SWITCH_ID, scope: 'agent', target: 'helper', drill: false, ...target },
    by: OWNER,
    imposed: false,
    expiresAt,
    personal: personal('reason', 'it deletes too much'),
  };
}

/** With a reason. */
export const release: KillSwitchCommand = {
  kind: 'release',
  by: OWNER,
  personal: personal('reason', 'it is mended'),
};

/** Commands that meet in one stream. */
export const commandsOfAKillSwitch: fc.Arbitrary<KillSwitchCommand> = fc.oneof(
  fc.constantFrom(null, later(60_000)).map((expiresAt) => engage({}, expiresAt)),
  fc.constant<KillSwitchCommand>({ kind: 'become-effective', epoch: '12' }),
  fc.constant(release),
  fc.constantFrom(AT, later(60_000)).map((time): KillSwitchCommand => ({ kind: 'expire', time })),
);

/** Catalogs that differ in the owner of projects. */
export const commandsOfARoleCatalog: fc.Arbitrary<ApplyRoleCatalog> = fc.record({
  kind: fc.constant('apply'),
  source: fc.constantFrom('defaults', 'env', 'aliases', 'api'),
  roles: fc
    .constantFrom(['read'], ['*'], [])
    .map((permissions) => ({ ...DEFAULT_ROLES, project: [{ role: 'owner', permissions }] })),
  by: fc.constant(OWNER),
});
