import { PROOF_WINDOW_MS } from './proof.ts';

/** Nonces of proofs that were good: each once. Only who has the cluster's key can fill it. */
export interface UsedNonces {
  /** False where it was used before. */
  use(nonce: Buffer, nowMs: number): boolean;
}

/** A proof holds from one window before to one window after its time: two windows are remembered, one more begins. */
const REMEMBERED_MS = 2 * PROOF_WINDOW_MS;

/** None was used yet. */
export function createUsedNonces(): UsedNonces {
  let recent = new Set<string>();
  let older = new Set<string>();
  let since = Number.NEGATIVE_INFINITY;
  return {
    use(nonce, nowMs) {
      if (nowMs - since > REMEMBERED_MS) {
        older = nowMs - since > 2 * REMEMBERED_MS ? new Set() : recent;
        recent = new Set();
        since = nowMs;
      }
      const text = nonce.toString('base64url');
      if (recent.has(text) || older.has(text)) return false;
      recent.add(text);
      return true;
    },
  };
}
