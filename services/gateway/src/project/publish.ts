import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

/** Stored events of a project to public ones, one to one. */
export const projectPublications: readonly Publication[] = [
  publishAs(publicEvents['project.registered'], 'project-registered.v1'),
];
