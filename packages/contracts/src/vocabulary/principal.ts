import { z } from 'zod';
import { closed } from '../closed.ts';
import { id } from './scalars.ts';

/** Who a key can belong to. */
export const principalKinds = ['user', 'agent', 'service'] as const;

/** Somebody who can hold a key. */
export const principal = closed({ kind: z.enum(principalKinds), id }).meta({ id: 'Principal' });

/** Who did something: a principal, or `system` for what Countersign does by itself at a time-out or at its first start. */
export const actor = closed({ kind: z.enum([...principalKinds, 'system']), id }).meta({ id: 'Actor' });
