import { z } from 'zod';
import { MAX_ACTS_FOR } from '../limits.ts';
import { id } from './scalars.ts';

/** Whom an agent may act for: named users, or any user of its organization. */
export const actsFor = z
  .union([z.literal('any'), z.array(id).max(MAX_ACTS_FOR)], {
    error: 'must be "any" or an array of user ids',
  })
  .meta({ id: 'ActsFor' });
