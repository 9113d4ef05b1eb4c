import { z } from 'zod';
import { closed } from '../closed.ts';
import { count, timestamp } from './scalars.ts';

/** A meter's key: which thing it counts. */
export const meterKey = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be a meter key such as tool_calls');

/** By whom a meter can count. A `user` is one row in the whole organization, a `project_user` one in each project. */
export const meterScopeKinds = ['organization', 'workspace', 'project', 'user', 'project_user'] as const;

/** Whose meter: the kind and an id, of a `project_user` the project's and then the user's. */
export const meterScope = z
  .string()
  .regex(
    /^((organization|workspace|project|user):[a-z0-9][a-z0-9._-]{0,62}|project_user(:[a-z0-9][a-z0-9._-]{0,62}){2})$/,
    'must be organization:<id>, workspace:<id>, project:<id>, user:<id> or project_user:<project>:<user>',
  );

/** Whose meters are asked for: one's, or all of a kind. Of organizations there is one: the caller's. */
export const meterScopeFilter = z
  .string()
  .regex(
    /^((organization|workspace|project|user)(:[a-z0-9][a-z0-9._-]{0,62})?|project_user(:[a-z0-9][a-z0-9._-]{0,62}){0,2})$/,
    'must be organization, workspace, project or user, alone or with :<id>, or project_user, alone or with :<project> or :<project>:<user>',
  );

/** `strict` refuses what would cross the limit, `soft` lets one crossing through, `observe` only counts. */
export const meterModes = ['strict', 'soft', 'observe'] as const;

/** The plan's rule that a counter belongs to: `<key>.<scope>.<period>`, so that two rules never share a counter. */
export const meterRule = z.string().min(1).max(200);

/** The periods that a meter can have. */
export const periodKinds = ['daily', 'monthly', 'yearly'] as const;

/**
 * One amount in one counter, which key, rule, scope and period_start identify together. `period_start` is null for a
 * meter that never starts again.
 */
export const quotaLine = closed({
  key: meterKey,
  rule: meterRule,
  scope: meterScope,
  period_start: timestamp.nullable(),
  amount: count,
}).meta({ id: 'QuotaLine' });

/** The bounds of a metering period, [start, end); `end` is null where the meter never starts again. */
export const period = closed({ start: timestamp, end: timestamp.nullable() }).meta({ id: 'Period' });

/** A meter with its limit and what stands against it. `limit` is null where there is none. */
export const meterBalance = closed({
  key: meterKey,
  scope: meterScope,
  period,
  mode: z.enum(meterModes),
  limit: count.nullable(),
  used: count,
  reserved: count,
  overrun: count,
}).meta({ id: 'Meter' });

/** A throttle's name: unique in its plan, built from its mode and targets. */
export const throttleName = z.string().min(1).max(200);
