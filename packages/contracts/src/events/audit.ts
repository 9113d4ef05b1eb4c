import { z } from 'zod';
import { closed } from '../closed.ts';
import { MAX_TYPES_FILTER } from '../limits.ts';
import { actor } from '../vocabulary/principal.ts';
import { code, count, position, stream, timestamp } from '../vocabulary/scalars.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: null, category: 'audit', service: 'audit-projector' });

/** What of the audit trail can be read. */
export const auditReads = ['events', 'stream_opened', 'stream_closed', 'timeline'] as const;

/** Who read what of the trail. It is left out of what is read unless it is asked for by type. */
export const auditRead = defineEvent({
  type: 'audit.read',
  description: 'Somebody read events: once per request, and per opening and closing of a stream.',
  data: {
    by: actor,
    what: z.enum(auditReads),
    filter: closed({
      types: z.array(z.string().max(100)).max(MAX_TYPES_FILTER).nullable(),
      subject: stream.nullable(),
      after: position.nullable(),
    }),
    count: count.describe('events handed out; for an opening 0, for a closing all of the stream'),
  },
});

/** Floods, bad keys and malformed requests, once a minute: nobody fills the disk with them. */
export const auditRefusals = defineEvent({
  type: 'audit.refusals',
  description:
    'Requests of one minute that were refused before they became calls, added up by who, what and code.',
  data: {
    from: timestamp,
    to: timestamp,
    refusals: z.array(
      closed({
        by: actor.nullable().describe('null for requests without a valid key'),
        what: z.string().max(100).describe('method and path template'),
        filter: closed({ code }),
        count,
      }),
    ),
  },
});

/** The clear data of `audit.read`. */
export type AuditRead = DataOf<typeof auditRead>;
/** The clear data of `audit.refusals`. */
export type AuditRefusals = DataOf<typeof auditRefusals>;
