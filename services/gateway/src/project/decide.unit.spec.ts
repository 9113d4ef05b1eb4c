import { spec } from '@countersign/event-sourcing/testing';
import { describe, it } from 'vitest';
import { OWNER, registerProject, registerWorkspace } from '../testing/registration-commands.ts';
import { workspace } from '../workspace/decide.ts';
import { project } from './decide.ts';
import type { ProjectEvent } from './events.ts';

const registered: ProjectEvent = {
  type: 'project-registered.v1',
  data: { project_id: 'apollo', workspace_id: 'research', by: OWNER },
};

describe('a project', () => {
  it('is registered once', () => {
    spec(project).given().when(registerProject()).then(registered);
    spec(project).given(registered).when(registerProject()).thenNothing();
  });

  it('stays in its workspace', () => {
    spec(project).given(registered).when(registerProject('default')).thenRejected('already_exists');
  });
});

it('a workspace is registered once', () => {
  const event = { type: 'workspace-registered.v1', data: { workspace_id: 'research', by: OWNER } } as const;
  spec(workspace).given().when(registerWorkspace).then(event);
  spec(workspace).given(event).when(registerWorkspace).thenNothing();
});
