import { z } from 'zod';
import { closed } from '../closed.ts';
import { MAX_POLICY_CHARS } from '../limits.ts';
import { actor } from '../vocabulary/principal.ts';
import { id, policyDigest } from '../vocabulary/scalars.ts';
import { policyScope } from '../vocabulary/scope.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'policy', service: 'policy-engine' });

/** A version of a policy: 1 for the first text of its id. */
export const policyVersion = z.int().min(1);

/** Whether a policy in force decides, or is only evaluated and recorded. */
export const policyModes = ['enforce', 'shadow'] as const;

const place = {
  policy_id: id,
  version: policyVersion,
  digest: policyDigest,
  mode: z.enum(policyModes),
  scope: policyScope,
  by: actor,
};

/** A version with its texts and the engine that compiled it, so that old decisions can be run again. */
export const policyPublished = defineEvent({
  type: 'policy.published',
  description:
    'A version of a policy that compiles and whose tests pass. It decides nothing until it is activated.',
  data: {
    policy_id: id,
    version: policyVersion,
    digest: policyDigest,
    text: z.string().max(MAX_POLICY_CHARS),
    tests: z.string().max(MAX_POLICY_CHARS),
    engine: closed({ name: z.string().max(100), version: z.string().max(100) }),
    author: actor,
  },
});

/** The version counts in its scope from the next evaluation on. */
export const policyActivated = defineEvent({
  type: 'policy.activated',
  description:
    'A version is in force in a scope; `previous` is the version of the same policy that it replaces there.',
  data: { ...place, floor: z.boolean(), previous: policyVersion.nullable() },
});

/** The policy counts for nothing in the scope from the next evaluation on. */
export const policyDeactivated = defineEvent({
  type: 'policy.deactivated',
  description: 'The policy is not in force in the scope any more.',
  data: place,
});

/** The clear data of `policy.published`. */
export type PolicyPublished = DataOf<typeof policyPublished>;
/** The clear data of `policy.activated`. */
export type PolicyActivated = DataOf<typeof policyActivated>;
/** The clear data of `policy.deactivated`. */
export type PolicyDeactivated = DataOf<typeof policyDeactivated>;
