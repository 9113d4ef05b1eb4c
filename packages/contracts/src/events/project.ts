import { actor } from '../vocabulary/principal.ts';
import { id } from '../vocabulary/scalars.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'project', service: 'gateway' });

/** The only event of a project: it never moves. */
export const projectRegistered = defineEvent({
  type: 'project.registered',
  description:
    'The project lies in this workspace from here on, for good. What is in it lay in `default` before, as in every project that nobody has registered.',
  data: { project_id: id, workspace_id: id, by: actor },
});

/** The clear data of `project.registered`. */
export type ProjectRegistered = DataOf<typeof projectRegistered>;
