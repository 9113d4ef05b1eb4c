import { z } from 'zod';
import { actor } from '../vocabulary/principal.ts';
import { controlsSources, roleCatalog } from '../vocabulary/role.ts';
import { policyDigest } from '../vocabulary/scalars.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'rolecatalog', service: 'gateway' });

/** The roles in full, published by the installation's owner or set at start. */
export const roleCatalogApplied = defineEvent({
  type: 'role.catalog.applied',
  description:
    'All roles as they are from here on, of every organization. A role that is held and not among them grants nothing.',
  data: { source: z.enum(controlsSources), roles: roleCatalog, hash: policyDigest, by: actor },
});

/** The clear data of `role.catalog.applied`. */
export type RoleCatalogApplied = DataOf<typeof roleCatalogApplied>;
