import type { Clock } from '@countersign/service';
import { z } from 'zod';

/** What an issuer says about itself (OpenID Connect Discovery 1.0, section 3), as far as it is needed. */
const metadata = z.object({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https?$/ }) });

/** An issuer that can't be reached is asked again after this, not with every request. */
const RETRY_MS = 5_000;
/** How long what it said is taken as it was. */
const MAX_AGE_MS = 3_600_000;

/** Finds where an issuer's keys are; `null` while it can't be reached, or says what it must not. */
export function createDiscovery(issuer: string, clock: Clock, timeoutMs: number): () => Promise<URL | null> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  let found: { readonly url: URL | null; readonly untilMs: number } = { url: null, untilMs: 0 };
  let asking: Promise<URL | null> | null = null;

  const ask = async (): Promise<URL | null> => {
    try {
      const answer = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
      const read = metadata.safeParse(await answer.json());
      // One issuer must not speak for another.
      return answer.ok && read.success && read.data.issuer === issuer ? new URL(read.data.jwks_uri) : null;
    } catch {
      return null;
    }
  };

  return async () => {
    if (clock.nowMs() < found.untilMs) return found.url;
    asking ??= ask().finally(() => {
      asking = null;
    });
    const url = await asking;
    found = { url, untilMs: clock.nowMs() + (url === null ? RETRY_MS : MAX_AGE_MS) };
    return url;
  };
}
