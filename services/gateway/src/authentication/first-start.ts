import { randomBytes } from 'node:crypto';
import { hashSecret, makeApiKey, readApiKey, SECRET_BYTES } from '@countersign/access';
import { type Directory, FIRST_ORGANIZATION, type Keys, ownsInstallation } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import { type CommandHandler, currentPosition, type Handled } from '@countersign/event-store';
import { edgeMetadata, personal, type ServiceDependencies } from '@countersign/service';
import type { ApiKey, ApiKeyCommand, ApiKeyRejection } from '../apikey/decide.ts';
import type { Organization, OrganizationCommand } from '../organization/decide.ts';
import type { User, UserCommand, UserRejection } from '../user/decide.ts';
import { reachableOwners } from './authenticate.ts';

/**
 * Creates organization, owner and owner key where they are missing; the owner's role and key also where no owner of the
 * installation has a key in force any more.
 * `ownerKey` is what the data directory holds, or `null`: the key of a start that was cut off is made good. `keep` writes a
 * new one there, before it is good for anything.
 */
export type FirstStart = (ownerKey: string | null, keep: (key: string) => void) => Promise<void>;

/** The user that the first start creates, owner of the installation. */
const FIRST_USER = 'owner';

const SYSTEM = { kind: 'system', id: 'countersign' } as const;

/** Made of commands like everybody's, so that a start which was cut off can be begun again. */
export function createFirstStart(deps: {
  readonly service: ServiceDependencies;
  readonly organizations: CommandHandler<Organization, OrganizationCommand, 'not_found' | 'already_exists'>;
  readonly users: CommandHandler<User, UserCommand, UserRejection>;
  readonly apiKeys: CommandHandler<ApiKey, ApiKeyCommand, ApiKeyRejection>;
  readonly keys: Keys;
  readonly directory: Directory;
  readonly reached: (position: number) => Promise<void>;
  /** The plan of an organization that names none. */
  readonly defaultPlan: () => string;
}): FirstStart {
  const { service, directory, keys } = deps;
  const { disclose, ids } = service;
  const organization = FIRST_ORGANIZATION;
  const metadata = () => edgeMetadata(service, { organization });

  const done = async (handling: Promise<Handled<unknown>>): Promise<void> => {
    const handled = await handling;
    if (handled.kind === 'failed')
      throw new Error(`the first start could not be recorded: ${handled.error.code}`);
    const lost = await handled.durable();
    if (lost) throw new Error(`the first start could not be recorded: ${lost.code}`);
    if (handled.kind === 'handled') await deps.reached(handled.position);
  };

  const createOwnerKey = (key: string): Promise<void> => {
    const read = readApiKey(key);
    if (!read) throw new Error('owner.key does not hold a key: remove the file to have a new one made');
    return done(
      deps.apiKeys.handle(
        streamName('apikey', read.id),
        {
          kind: 'create',
          key: {
            key_id: read.id,
            principal: { kind: 'user', id: FIRST_USER },
            hash: hashSecret(read.secret),
            expires_at: null,
            created_by: SYSTEM,
          },
          personal: personal(FIRST_USER, disclose('name', 'owner key of the first start')),
        },
        metadata(),
      ),
    );
  };

  return async (ownerKey, keep) => {
    // Another gateway may have had its first start just before.
    await deps.reached(await currentPosition(service.store));
    if (!directory.organization(organization)) {
      const created = {
        organization_id: organization,
        plan: deps.defaultPlan(),
        zone: 'UTC',
        anchor_day: 1,
        by: SYSTEM,
      };
      await done(
        deps.organizations.handle(
          streamName('organization', organization),
          { kind: 'create', organization: created },
          metadata(),
        ),
      );
    }
    // A start is also the way back where nobody is left who owns the installation: who has the directory has all of it.
    if (reachableOwners(keys, directory, service.clock).length > 0) return;
    if (!ownsInstallation(directory.user(organization, FIRST_USER)?.data.roles ?? [])) {
      await done(
        deps.users.handle(
          streamName('user', `${organization}:${FIRST_USER}`),
          {
            kind: 'register',
            registration: {
              user_id: FIRST_USER,
              roles: [{ scope: { organization }, role: 'owner' }],
              approval_level: 'production_only',
              trust_score: 500,
            },
            seen: null,
            sameName: false,
            by: SYSTEM,
            personal: personal(FIRST_USER, disclose('display_name', null)),
          },
          metadata(),
        ),
      );
    }
    // Written to its file first: a crash in between leaves a file that the next start makes good, never a lost key.
    const unused = ownerKey !== null && !keys.get(readApiKey(ownerKey)?.id ?? '') ? ownerKey : null;
    const key = unused ?? makeApiKey(ids.next(), randomBytes(SECRET_BYTES)).text;
    if (unused === null) keep(key);
    await createOwnerKey(key);
  };
}
