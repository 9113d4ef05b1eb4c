import { z } from 'zod';
import { closed } from '../closed.ts';
import { MAX_DELEGATION_DEPTH } from '../limits.ts';
import { principalKinds } from './principal.ts';
import { id, timestamp } from './scalars.ts';

/** How much somebody may do with a work intent or namespace, from least to most. */
export const accessLevels = ['read', 'write', 'admin'] as const;

/** What a list says of whom no entry names. */
export const defaultPolicies = ['open', 'closed'] as const;

/** Whom an entry may name. */
export const aclPrincipalKinds = [...principalKinds, 'group'] as const;

/** Whom an entry names. */
export const aclPrincipal = closed({ kind: z.enum(aclPrincipalKinds), id }).meta({ id: 'AclPrincipal' });

/** What an access list is about. */
export const aclResource = closed({ kind: z.enum(['intent', 'namespace']), id }).meta({ id: 'AclResource' });

/** How often something may be handed on: 1 is one hop, null any number. */
export const delegationDepth = z.int().min(0).max(MAX_DELEGATION_DEPTH).nullable();

/** One entry of an access list. `parent`: the entry that it was delegated from, with which it ends. */
export const aclEntry = closed({
  id,
  principal: aclPrincipal,
  level: z.enum(accessLevels),
  delegable: closed({ max_depth: delegationDepth }).nullable(),
  parent: id.nullable(),
  granted_by: aclPrincipal,
  granted_at: timestamp,
  expires_at: timestamp.nullable(),
}).meta({ id: 'AclEntry' });

/** An entry that has ended, and what it granted to whom. */
export const endedEntry = closed({ id, principal: aclPrincipal, level: z.enum(accessLevels) }).meta({
  id: 'EndedAclEntry',
});
