import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

export const workspacePublications: readonly Publication[] = [
  publishAs(publicEvents['workspace.registered'], 'workspace-registered.v1'),
];
