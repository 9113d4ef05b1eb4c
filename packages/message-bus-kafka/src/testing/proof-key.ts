import { createSecretKey } from 'node:crypto';

/** The same in every run: what others have left on a topic is readable. */
export const PROOF_KEY = createSecretKey(Buffer.alloc(32, 1));
