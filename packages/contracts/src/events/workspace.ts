import { actor } from '../vocabulary/principal.ts';
import { id } from '../vocabulary/scalars.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'workspace', service: 'gateway' });

export const workspaceRegistered = defineEvent({
  type: 'workspace.registered',
  description: 'A workspace exists beside `default`, which every organization has.',
  data: { workspace_id: id, by: actor },
});

export type WorkspaceRegistered = DataOf<typeof workspaceRegistered>;
