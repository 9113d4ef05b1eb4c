import { z } from 'zod';
import { actor } from '../vocabulary/principal.ts';
import { digest, id } from '../vocabulary/scalars.ts';
import { toolDeclaration } from '../vocabulary/tool.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'tool', service: 'gateway' });

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

export const toolWithdrawn = defineEvent({
  type: 'tool.withdrawn',
  description: 'The tool is not declared any more; calls of it are refused as unknown_tool.',
  data: { name: id, version: z.int().min(1), definition_hash: digest, by: actor },
});

export type ToolDeclared = DataOf<typeof toolDeclared>;
export type ToolWithdrawn = DataOf<typeof toolWithdrawn>;
