import { describe, expect, it } from 'vitest';
import type { AclEntry, AclPrincipal, AclState } from '../acl/acl.ts';
import { effectiveLevel } from '../acl/effective-level.ts';
import { listOf } from '../acl/testing/lists.ts';
import { draftAcl } from './draft-acl.ts';
import { parseWorkflow } from './parse-workflow.ts';
import type { Workflow } from './permissions.ts';

/** A file that must be read, with these warnings and no others. */
function workflowOf(text: string, ...warnings: readonly string[]): Workflow {
  const parsed = parseWorkflow(text);
  expect(parsed).toMatchObject({ ok: true });
  expect(parsed.warnings.map(({ path, code }) => `${path} ${code}`)).toEqual(warnings);
  if (!parsed.ok) throw new Error('unreachable');
  return parsed.workflow;
}

/** The list of the file's one phase, as it would be granted. */
function listFrom(workflow: Workflow): AclState {
  const [phase] = workflow.phases;
  if (!phase) throw new Error('no phase');
  const { defaultPolicy, defaultLevel, entries } = draftAcl(phase, workflow);
  const granted = entries.map(
    (entry, n): AclEntry => ({
      ...entry,
      id: `entry-${n}`,
      parent: null,
      grantedBy: { kind: 'user', id: 'owner' },
      grantedAt: '2026-11-21T11:00:00.000Z',
    }),
  );
  return listOf({ defaultPolicy, defaultLevel, entries: granted });
}

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const agent = (id: string): AclPrincipal => ({ kind: 'agent', id });
const levelsIn = (acl: AclState, ...ids: readonly string[]) =>
  ids.map((id) => effectiveLevel(acl, agent(id), [], NOW, null));

describe("the seed's worked examples", () => {
  it('open: all agents can access', () => {
    const acl = listFrom(
      workflowOf(`workflow:
  research:
    assign: researcher
    permissions: open  # All agents can access
`),
    );
    expect(levelsIn(acl, 'researcher', 'anybody')).toEqual(['write', 'read']);
  });

  it('private: only the assigned agent', () => {
    const acl = listFrom(
      workflowOf(`workflow:
  sensitive_analysis:
    assign: analyst
    permissions: private  # Only assigned agent
`),
    );
    expect(levelsIn(acl, 'analyst', 'anybody')).toEqual(['write', null]);
  });

  it('a list: those and nobody else', () => {
    const acl = listFrom(
      workflowOf(`workflow:
  review:
    assign: reviewer
    permissions: [reviewer, lead, auditor]
`),
    );
    expect(levelsIn(acl, 'reviewer', 'lead', 'auditor', 'anybody')).toEqual([
      'write',
      'write',
      'write',
      null,
    ]);
  });

  it('the full object', () => {
    const workflow = workflowOf(
      `workflow:
  research:
    assign: researcher
    permissions:
      policy: scoped
      default: read
      allow:
        - agent: analyst
          grants: [read, write]
        - agent: auditor
          grants: [read]
      delegate:
        allow: true
        max_depth: 2
      context:
        inject: [project_name, deadline]
`,
    );
    const acl = listFrom(workflow);
    expect(levelsIn(acl, 'researcher', 'analyst', 'auditor', 'anybody')).toEqual([
      'write',
      'write',
      'read',
      'read',
    ]);
    expect(acl.entries.map(({ delegable }) => delegable)).toEqual(Array(3).fill({ maxDepth: 2 }));
    expect(workflow.phases[0]?.permissions?.context).toEqual({ inject: ['deadline', 'project_name'] });
  });

  it('governance: on request approve, by two, within four hours', () => {
    const workflow = workflowOf(`governance:
  access_review:
    on_request: approve  # approve | deny | defer
    approvers: [security-team, admin]
    timeout_hours: 4
`);
    expect(workflow.review).toEqual({
      onRequest: 'approve',
      approvers: ['admin', 'security-team'],
      timeoutHours: 4,
    });
  });

  it('agents: what each has by default, and whose requests always wait', () => {
    const workflow = workflowOf(`agents:
  researcher:
    default_permission: read
    approval_required: false

  data_handler:
    default_permission: write
    approval_required: true  # Requires governance approval
`);
    expect(Object.fromEntries(workflow.agents)).toEqual({
      researcher: { defaultPermission: 'read', approvalRequired: false },
      data_handler: { defaultPermission: 'write', approvalRequired: true },
    });
  });
});
