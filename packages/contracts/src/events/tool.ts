import { z } from 'zod';
import { actor } from '../vocabulary/principal.ts';
import { digest, id } from '../vocabulary/scalars.ts';
import { toolDeclaration } from '../vocabulary/tool.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'tool', service: 'gateway' });

/** The declaration in full. The same definition again is not written. */
export const toolDeclared = defineEvent({
  type: 'tool.declared',
  description:
    'A tool as it is declared from here on. A new definition_hash voids waiting approvals and unredeemed permits of the old one. Declarations are stored in the clear.',
  data: {
    name: id,
    version: z.int().min(1),
    definition_hash: digest,
    declaration: toolDeclaration,
    by: actor,
  },
});

/** Calls that were allowed and not redeemed fall. */
export const toolWithdrawn = defineEvent({
  type: 'tool.withdrawn',
  description: 'The tool is not declared any more; calls of it are refused as unknown_tool.',
  data: { name: id, version: z.int().min(1), definition_hash: digest, by: actor },
});

/** The clear data of `tool.declared`. */
export type ToolDeclared = DataOf<typeof toolDeclared>;
/** The clear data of `tool.withdrawn`. */
export type ToolWithdrawn = DataOf<typeof toolWithdrawn>;
