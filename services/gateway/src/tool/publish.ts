import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

/** Stored events of a tool to public ones, one to one. */
export const toolPublications: readonly Publication[] = [
  publishAs(publicEvents['tool.declared'], 'tool-declared.v1'),
  publishAs(publicEvents['tool.withdrawn'], 'tool-withdrawn.v1'),
];
