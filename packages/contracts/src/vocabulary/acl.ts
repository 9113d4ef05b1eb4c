import { z } from 'zod';
import { closed } from '../closed.ts';
import { MAX_DELEGATES, MAX_DELEGATION_DEPTH } from '../limits.ts';
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

/** The only agents that something may be handed on to. Left out: any. */
export const delegates = z.array(id).min(1).max(MAX_DELEGATES);

/** One entry of an access list. `parent`: the entry that it was delegated from, with which it ends. */
export const aclEntry = closed({
  id,
  principal: aclPrincipal,
  level: z.enum(accessLevels),
  delegable: closed({
    max_depth: delegationDepth,
    to: delegates.optional().describe('the only agents that it may be handed on to; left out: any'),
    level: z
      .enum(accessLevels)
      .optional()
      .describe('the most that may be handed on; left out: as much as the entry grants'),
  }).nullable(),
  parent: id.nullable(),
  granted_by: aclPrincipal,
  granted_at: timestamp,
  expires_at: timestamp.nullable(),
}).meta({ id: 'AclEntry' });

/** An entry that has ended, and what it granted to whom. */
export const endedEntry = closed({ id, principal: aclPrincipal, level: z.enum(accessLevels) }).meta({
  id: 'EndedAclEntry',
});
