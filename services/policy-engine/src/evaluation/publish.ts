import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

/** Stored events of a call's evaluations to public ones, one to one. */
export const evaluationPublications: readonly Publication[] = [
  publishAs(publicEvents['agent.tool.evaluated'], 'tool-evaluated.v1'),
];
