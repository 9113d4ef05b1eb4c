import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

/** Stored events of an agent to public ones, one to one. */
export const agentPublications: readonly Publication[] = [
  publishAs(publicEvents['agent.registered'], 'agent-registered.v1'),
  publishAs(publicEvents['agent.changed'], 'agent-changed.v1'),
  publishAs(publicEvents['agent.disabled'], 'agent-disabled.v1'),
  publishAs(publicEvents['agent.enabled'], 'agent-enabled.v1'),
  publishAs(publicEvents['agent.access_set'], 'agent-access-set.v1'),
  publishAs(publicEvents['agent.signing_key_added'], 'agent-signing-key-added.v1'),
  publishAs(publicEvents['agent.signing_key_revoked'], 'agent-signing-key-revoked.v1'),
];
