import { refuseStart } from '@countersign/hosting';
import { createAuthenticateSigned, readVerifyingKey } from '@countersign/internal-http';
import { followCallerRights } from '@countersign/service';
import type { Composed, Parts } from './service-process.ts';

/** How a service behind the gateway knows for whom it works: by the gateway's signature and nothing else. */
export function signedCallers({
  config,
  deps,
}: Pick<Parts<'COUNTERSIGN_PRINCIPAL_KEY_FILE'>, 'config' | 'deps'>): Pick<
  Composed,
  'authenticate' | 'isInForce' | 'endsAt' | 'allows' | 'hasFlag' | 'following'
> {
  const { service, settings } = config;
  const publicKey = readVerifyingKey(settings.COUNTERSIGN_PRINCIPAL_KEY_FILE);
  if ('code' in publicKey) refuseStart(`COUNTERSIGN_PRINCIPAL_KEY_FILE: ${publicKey.detail}`);
  const rights = followCallerRights(deps.bus, deps.clock);
  return {
    authenticate: createAuthenticateSigned({ service, publicKey, nowMs: deps.clock.nowMs }),
    isInForce: rights.isInForce,
    endsAt: rights.endsAt,
    allows: rights.allows,
    hasFlag: rights.hasFlag,
    following: [rights.following],
  };
}
