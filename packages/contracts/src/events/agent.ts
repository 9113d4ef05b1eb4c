import { z } from 'zod';
import { closed } from '../closed.ts';
import { MAX_ROLES } from '../limits.ts';
import { accessLevels } from '../vocabulary/acl.ts';
import { actsFor } from '../vocabulary/agent.ts';
import { actor } from '../vocabulary/principal.ts';
import { digest, id } from '../vocabulary/scalars.ts';
import { recordedRole } from '../vocabulary/scope.ts';
import { signingKeyMembers } from '../vocabulary/signing-key.ts';
import { nameText, reasonText } from '../vocabulary/text.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'agent', service: 'gateway' });

const registration = {
  agent_id: id,
  project: id,
  owner: id,
  acts_for: actsFor,
  session_scope: id.nullable(),
  bounds: z
    .array(closed({ users: z.array(id).min(1), roles: z.array(recordedRole).max(MAX_ROLES) }))
    .optional()
    .describe(
      'for whom it acts with no more than these roles grant: those that who let it act for them held then; left out: nobody',
    ),
  by: actor,
};

/** The first event of every agent. */
export const agentRegistered = defineEvent({
  type: 'agent.registered',
  description: 'An agent exists and is enabled.',
  data: registration,
  erasable: { display_name: nameText.nullable() },
});

/** The registration in full, so that the last one is all that has to be read. */
export const agentChanged = defineEvent({
  type: 'agent.changed',
  description: 'An agent was registered anew with something different; the whole registration.',
  data: registration,
  erasable: { display_name: nameText.nullable() },
});

/** From here on the agent is refused, and what it was allowed and has not redeemed falls. */
export const agentDisabled = defineEvent({
  type: 'agent.disabled',
  description:
    'All calls of the agent are refused from here on; its open permits and waiting approvals are void.',
  data: { agent_id: id, by: actor },
  erasable: { reason: reasonText },
});

/** From here on the agent is decided on again. */
export const agentEnabled = defineEvent({
  type: 'agent.enabled',
  description: 'The agent may call again; nothing that was void revives.',
  data: { agent_id: id, by: actor },
  erasable: { reason: reasonText },
});

/** The agent's standing right to work intents; a right that every list which leaves it open gives. */
export const agentAccessSet = defineEvent({
  type: 'agent.access_set',
  description:
    'What the agent may do with work intents and namespaces whose list leaves it open, and whether its requests for access always wait for an approver.',
  data: {
    agent_id: id,
    default_permission: z.enum(accessLevels).nullable(),
    approval_required: z.boolean(),
    by: actor,
  },
});

/** The public half of an Ed25519 key, in the clear. */
export const agentSigningKeyAdded = defineEvent({
  type: 'agent.signing_key_added',
  description:
    'What the agent puts on `agent.intents` may be signed with this key. `key_id` is its thumbprint (RFC 7638).',
  data: { agent_id: id, key_id: digest, public_key: signingKeyMembers, by: actor },
});

/** What was signed before stays as it is. */
export const agentSigningKeyRevoked = defineEvent({
  type: 'agent.signing_key_revoked',
  description: 'Signatures of the key are refused from here on, for good.',
  data: { agent_id: id, key_id: digest, by: actor },
});

/** The clear data of `agent.registered`. */
export type AgentRegistered = DataOf<typeof agentRegistered>;
/** The clear data of `agent.changed`. */
export type AgentChanged = DataOf<typeof agentChanged>;
/** The clear data of `agent.disabled`. */
export type AgentDisabled = DataOf<typeof agentDisabled>;
/** The clear data of `agent.enabled`. */
export type AgentEnabled = DataOf<typeof agentEnabled>;
/** The clear data of `agent.access_set`. */
export type AgentAccessSet = DataOf<typeof agentAccessSet>;
/** The clear data of `agent.signing_key_added`. */
export type AgentSigningKeyAdded = DataOf<typeof agentSigningKeyAdded>;
/** The clear data of `agent.signing_key_revoked`. */
export type AgentSigningKeyRevoked = DataOf<typeof agentSigningKeyRevoked>;
