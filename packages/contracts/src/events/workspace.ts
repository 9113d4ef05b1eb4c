import { actor } from '../vocabulary/principal.ts';
import { id } from '../vocabulary/scalars.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'workspace', service: 'gateway' });

/** The only event of a workspace. */
export const workspaceRegistered = defineEvent({
  type: 'workspace.registered',
  description: 'A workspace exists beside `default`, which every organization has.',
  data: { workspace_id: id, by: actor },
});

/** The clear data of `workspace.registered`. */
export type WorkspaceRegistered = DataOf<typeof workspaceRegistered>;
