import { z } from 'zod';
import { actor } from '../vocabulary/principal.ts';
import { count, id, timestamp } from '../vocabulary/scalars.ts';
import { reasonText } from '../vocabulary/text.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'retention', service: 'meter-service' });
const ofTheTrail = eventsOf({ topic: null, category: 'audit', service: 'audit-projector' });

/** What a plan keeps for a time: recorded calls, and events that subscribers may still read. */
export const retentionDomains = ['traces', 'events'] as const;

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

export const retentionHeld = defineEvent({
  type: 'retention.held',
  description: 'A legal hold: nothing that it covers is flushed until it is lifted.',
  data: hold,
  erasable: { reason: reasonText },
});

export const retentionLifted = defineEvent({
  type: 'retention.lifted',
  description: 'A legal hold ended.',
  data: hold,
});

export const retentionKeysDestroyed = ofTheTrail({
  type: 'retention.keys_destroyed',
  description:
    'The data keys of what had been flushed were destroyed, month by month: no copy of it can be read any more.',
  data: { domain: z.enum(retentionDomains), before: timestamp, keys: count },
});

export type RetentionFlushed = DataOf<typeof retentionFlushed>;
export type RetentionHeld = DataOf<typeof retentionHeld>;
export type RetentionLifted = DataOf<typeof retentionLifted>;
export type RetentionKeysDestroyed = DataOf<typeof retentionKeysDestroyed>;
