import { actor } from '../vocabulary/principal.ts';
import { id } from '../vocabulary/scalars.ts';
import { descriptionText } from '../vocabulary/text.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'namespace', service: 'policy-engine' });

/** The first event of every namespace; its access list is another stream. */
export const namespaceCreated = defineEvent({
  type: 'namespace.created',
  description:
    'A namespace exists: work intents can be made in it, and its access list answers where theirs leave it open.',
  data: { namespace: id, by: actor },
  erasable: { description: descriptionText },
});

/** The clear data of `namespace.created`. */
export type NamespaceCreated = DataOf<typeof namespaceCreated>;
