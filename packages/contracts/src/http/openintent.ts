import { z } from 'zod';
import { accessLevels } from '../vocabulary/acl.ts';

/** A moment as OpenIntent's clients read it everywhere: with `+00:00` instead of `Z`. */
export const openIntentTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}\+00:00$/)
  .meta({ format: 'date-time' });

/** A moment as OpenIntent's clients write it: ISO 8601, in UTC where it has no offset. */
export const givenOpenIntentTime = z.iso
  .datetime({
    offset: true,
    local: true,
    error: 'must be an ISO 8601 time that exists, such as 2026-11-21T09:05:00+00:00',
  })
  .transform((text) => new Date(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`).toISOString());

/** A permission as OpenIntent names it; handing on is no permission. */
export const openIntentPermission = z.enum(accessLevels);

/** The version that a change is made to; unquoted as OpenIntent's clients send it, or as an entity tag. */
export const ifMatch = z.object({
  'if-match': z
    .string({ error: 'is required: the version that the change is made to' })
    .regex(/^(?:"[0-9]{1,15}"|[0-9]{1,15})$/, 'must be the version that the change is made to, such as 3')
    .transform((text) => Number(text.replaceAll('"', ''))),
});

/** Who may call what needs a level, as the lists of routes say it. */
export const whoHas = {
  read: 'who has `read` on it by its access list; `manage_intents` has everything',
  write: 'who has `write` on it by its access list',
  admin: 'who has `admin` on it by its access list',
} as const;

/** Whom OpenIntent's clients say that they are: Countersign goes by the key. */
export const claimed = z.string().max(200).optional().describe('ignored: who asks is known by the key');
