import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

/** Stored events of a workspace to public ones, one to one. */
export const workspacePublications: readonly Publication[] = [
  publishAs(publicEvents['workspace.registered'], 'workspace-registered.v1'),
];
