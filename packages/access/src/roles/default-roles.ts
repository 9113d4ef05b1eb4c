import type { Permission } from '../permission.ts';
import {
  ADMIN_PERMISSIONS,
  ANNOTATOR_PERMISSIONS,
  DEVELOPER_PERMISSIONS,
  EDITOR_PERMISSIONS,
  VIEWER_PERMISSIONS,
} from './permission-slugs.ts';
import { type RoleCatalog, type RoleEntry, type RoleScope, WILDCARD } from './role-catalog.ts';

const own = (...permissions: readonly Permission[]): readonly string[] => permissions;

const OPERATOR: RoleEntry = {
  role: 'operator',
  description: 'Answers approvals, reads the audit trail, throws kill switches.',
  permissions: own('read', 'approve_tool_calls', 'engage_kill_switch', 'read_audit'),
};

const BUILDING = own('read', 'manage_agents', 'manage_tools', 'publish_policies');

const viewer = [...own('read'), ...VIEWER_PERMISSIONS];
const annotator = [...viewer, ...ANNOTATOR_PERMISSIONS];
const editor = [...annotator, ...EDITOR_PERMISSIONS];
const developer = [...new Set([...BUILDING, ...editor, ...DEVELOPER_PERMISSIONS])];
const admin = [...developer, ...ADMIN_PERMISSIONS];

const OWNER: RoleEntry = { role: 'owner', description: 'May do everything.', permissions: [WILDCARD] };

/** What every scope has, whatever is configured. */
export const MINIMA: RoleCatalog = {
  organization: [OWNER, { role: 'viewer', description: 'Sees everything.', permissions: own('read') }],
  workspace: [OWNER, { role: 'viewer', description: 'Sees everything.', permissions: viewer }],
  project: [OWNER, { role: 'viewer', description: 'Sees everything.', permissions: viewer }],
};

const LADDER: readonly RoleEntry[] = [
  { role: 'admin', description: 'Manages members and configuration.', permissions: admin },
  {
    role: 'developer',
    description: 'Builds: agents, tools, policies, what they run on.',
    permissions: developer,
  },
  { role: 'editor', description: 'Edits what is built.', permissions: editor },
  { role: 'annotator', description: 'Annotates and evaluates.', permissions: annotator },
];

/** The other roles of a scope for which none are configured. */
const EXTRAS: RoleCatalog = {
  organization: [
    OPERATOR,
    { role: 'developer', description: 'Builds: agents, tools, policies.', permissions: BUILDING },
  ],
  workspace: [OPERATOR, ...LADDER],
  project: [OPERATOR, ...LADDER],
};

/** A scope's minima and the given roles, or its default ones. */
export function rolesOfScope(
  scope: RoleScope,
  extras: readonly RoleEntry[] = EXTRAS[scope],
): readonly RoleEntry[] {
  return [...MINIMA[scope], ...extras];
}

/** The catalog of an installation that configures none. */
export const DEFAULT_ROLES: RoleCatalog = {
  organization: rolesOfScope('organization'),
  workspace: rolesOfScope('workspace'),
  project: rolesOfScope('project'),
};
