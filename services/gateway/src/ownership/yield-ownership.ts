import { type Problem, problem } from '@countersign/contracts';
import { FIRST_ORGANIZATION } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import { type CommandHandler, createCommandHandler } from '@countersign/event-store';
import { edgeMetadata, type ServiceDependencies, storeProblem } from '@countersign/service';
import { type Ownership, type OwnershipCommand, type OwnershipRejection, ownership } from './decide.ts';

const STREAM = streamName('ownership', 'installation');

const LAST_OWNER = problem('invalid_request', 'the installation would be left without an owner', {
  errors: [
    {
      pointer: '/roles',
      detail: 'must hold owner: no other user with a key in force does; give one the role and a key first',
    },
  ],
});

/** Taking the installation from its owners, whichever instance does it: never from the last. */
export interface YieldOwnership {
  /** Makes a change after which a user owns the installation no more, if somebody else then still does. */
  taking<T>(userId: string, change: () => Promise<T>): Promise<T | Problem>;
  /** What a user holds now is what their events say: what was begun and not ended counts no more. */
  settled(userId: string): Promise<void>;
}

/** Decides again where another instance took it from somebody meanwhile. */
export function createYieldOwnership(deps: {
  readonly service: ServiceDependencies;
  /** Who owns the installation and has a key in force, besides this user. */
  readonly othersReachable: (besides: string) => readonly string[];
  /** Resolves when users and keys are known up to what the ledger holds now. */
  readonly caughtUp: () => Promise<unknown>;
}): YieldOwnership {
  const { service } = deps;
  const owners: CommandHandler<Ownership, OwnershipCommand, OwnershipRejection> = createCommandHandler({
    store: service.store,
    decider: ownership,
    seal: service.sealer.seal,
  });
  const handle = (command: OwnershipCommand) =>
    owners.handle(STREAM, command, edgeMetadata(service, { organization: FIRST_ORGANIZATION }));
  const settled = async (user: string) => void (await handle({ kind: 'settle', user }));

  /** Why not, or null. Who has settled before the version that was read has said so before, in an event that is known then. */
  const begin = async (user: string): Promise<Problem | null> => {
    for (;;) {
      const { state } = await owners.load(STREAM, 'caughtUp');
      await deps.caughtUp();
      const others = deps.othersReachable(user);
      const begun = await handle({ kind: 'yield', user, others, known: state.version });
      if (begun.kind === 'failed') return storeProblem(begun.error);
      if (begun.kind !== 'rejected') return null;
      const { rejected, detail } = begun.rejection;
      if (rejected === 'busy') return problem('version_conflict', detail);
      if (rejected === 'last_owner') return LAST_OWNER;
    }
  };

  return {
    settled,
    async taking(user, change) {
      const refused = await begin(user);
      if (refused) return refused;
      try {
        return await change();
      } finally {
        await settled(user);
      }
    },
  };
}
