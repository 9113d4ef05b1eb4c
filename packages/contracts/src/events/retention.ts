import { z } from 'zod';
import { actor } from '../vocabulary/principal.ts';
import { count, id, timestamp } from '../vocabulary/scalars.ts';
import { reasonText } from '../vocabulary/text.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'retention', service: 'meter-service' });
const ofTheTrail = eventsOf({ topic: null, category: 'audit', service: 'audit-projector' });

/** What a plan keeps for a time: recorded calls, and events that subscribers may still read. */
export const retentionDomains = ['traces', 'events'] as const;

/** Reading stops here; data keys are destroyed later, month by month. */
export const retentionFlushed = defineEvent({
  type: 'retention.flushed',
  description:
    'What is older than `before` is kept for nobody any more: calls (domain `traces`), but not those of the people in `except`, or events (domain `events`). The ledger keeps all of it.',
  data: {
    domain: z.enum(retentionDomains),
    before: timestamp,
    minutes: count.describe('as the plan said'),
    plan: id,
    except: z.array(id).describe('people under a legal hold'),
    by: actor,
  },
});

const hold = {
  hold_id: id,
  subject: id.nullable().describe('a user; null: everything of the organization'),
  by: actor,
};

/** Keeps what retention would let go of, of one person or of everybody. */
export const retentionHeld = defineEvent({
  type: 'retention.held',
  description: 'A legal hold: nothing that it covers is flushed until it is lifted.',
  data: hold,
  erasable: { reason: reasonText },
});

/** The next flush lets go of what the hold had covered. */
export const retentionLifted = defineEvent({
  type: 'retention.lifted',
  description: 'A legal hold ended.',
  data: hold,
});

/** The end of what was flushed: `keys` says how many data keys went. */
export const retentionKeysDestroyed = ofTheTrail({
  type: 'retention.keys_destroyed',
  description:
    'The data keys of what had been flushed were destroyed, month by month: no copy of it can be read any more.',
  data: { domain: z.enum(retentionDomains), before: timestamp, keys: count },
});

/** The clear data of `retention.flushed`. */
export type RetentionFlushed = DataOf<typeof retentionFlushed>;
/** The clear data of `retention.held`. */
export type RetentionHeld = DataOf<typeof retentionHeld>;
/** The clear data of `retention.lifted`. */
export type RetentionLifted = DataOf<typeof retentionLifted>;
/** The clear data of `retention.keys_destroyed`. */
export type RetentionKeysDestroyed = DataOf<typeof retentionKeysDestroyed>;
