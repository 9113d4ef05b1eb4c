import { actor, principal } from '../vocabulary/principal.ts';
import { digest, timestamp, uuid } from '../vocabulary/scalars.ts';
import { nameText } from '../vocabulary/text.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'apikey', service: 'gateway' });

/** A key and whose it is. */
export const apiKeyCreated = defineEvent({
  type: 'apikey.created',
  description:
    'A key exists. The key itself is in no event: `hash` is its SHA-256, and its 256 bits are random.',
  data: { key_id: uuid, principal, hash: digest, expires_at: timestamp.nullable(), created_by: actor },
  erasable: { name: nameText.nullable() },
});

/** The key ended before its time. */
export const apiKeyRevoked = defineEvent({
  type: 'apikey.revoked',
  description: 'The key is refused from here on.',
  data: { key_id: uuid, principal, by: actor },
});

/** Links a key to its successor; nothing is good for longer by it. */
export const apiKeyRotated = defineEvent({
  type: 'apikey.rotated',
  description: 'Another key takes the place of this one, which is refused from `valid_until` on.',
  data: { key_id: uuid, principal, successor: uuid, valid_until: timestamp, by: actor },
});

/** The clear data of `apikey.created`. */
export type ApiKeyCreated = DataOf<typeof apiKeyCreated>;
/** The clear data of `apikey.revoked`. */
export type ApiKeyRevoked = DataOf<typeof apiKeyRevoked>;
/** The clear data of `apikey.rotated`. */
export type ApiKeyRotated = DataOf<typeof apiKeyRotated>;
