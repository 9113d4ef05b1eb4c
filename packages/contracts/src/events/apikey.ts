import { actor, principal } from '../vocabulary/principal.ts';
import { digest, timestamp, uuid } from '../vocabulary/scalars.ts';
import { nameText } from '../vocabulary/text.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'apikey', service: 'gateway' });

export const apiKeyCreated = defineEvent({
  type: 'apikey.created',
  description:
    'A key exists. The key itself is in no event: `hash` is its SHA-256, and its 256 bits are random.',
  data: { key_id: uuid, principal, hash: digest, expires_at: timestamp.nullable(), created_by: actor },
  erasable: { name: nameText.nullable() },
});

export const apiKeyRevoked = defineEvent({
  type: 'apikey.revoked',
  description: 'The key is refused from here on.',
  data: { key_id: uuid, principal, by: actor },
});

export const apiKeyRotated = defineEvent({
  type: 'apikey.rotated',
  description: 'Another key takes the place of this one, which is refused from `valid_until` on.',
  data: { key_id: uuid, principal, successor: uuid, valid_until: timestamp, by: actor },
});

export type ApiKeyCreated = DataOf<typeof apiKeyCreated>;
export type ApiKeyRevoked = DataOf<typeof apiKeyRevoked>;
export type ApiKeyRotated = DataOf<typeof apiKeyRotated>;
