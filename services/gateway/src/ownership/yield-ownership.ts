import { type Problem, problem } from '@countersign/contracts';
import { FIRST_ORGANIZATION } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import { type CommandHandler, createCommandHandler } from '@countersign/event-store';
import { edgeMetadata, type ServiceDependencies, storeProblem } from '@countersign/service';
import { type Ownership, type OwnershipRejection, ownership, type Yield } from './decide.ts';

const STREAM = streamName('ownership', 'installation');

const LAST_OWNER = problem('invalid_request', 'the installation would be left without an owner', {
  errors: [
    {
      pointer: '/roles',
      detail: 'must hold owner: no other user with a key in force does; give one the role and a key first',
    },
  ],
});

/**
 * Taking the installation from its owners, whichever instance does it: never from the last. Who yields counts no more as
 * one of the others until their stream goes on; the change of theirs is made at one version, so an event of another's
 * tells that it will not come. An instance that dies between leaves a yield that ends with the next event of the user.
 */
export interface YieldOwnership {
  /**
   * The version of the user's stream that the change has to follow, if somebody else still owns the installation then.
   */
  begin(userId: string): Promise<number | Problem>;
  /** The version that a change of this user is about, which may be under way or lost; `null` where there is none. */
  begun(userId: string): Promise<number | null>;
}

/** Decides again where another instance took it from somebody meanwhile. */
export function createYieldOwnership(deps: {
  readonly service: ServiceDependencies;
  /** Of a user's stream, as accepted now. */
  readonly versionOf: (userId: string) => Promise<number>;
  /** Who owns the installation and has a key in force, besides this user. */
  readonly othersReachable: (besides: string) => readonly string[];
  /** Resolves when users and keys are known up to what the ledger holds now. */
  readonly caughtUp: () => Promise<unknown>;
}): YieldOwnership {
  const { service, versionOf } = deps;
  const owners: CommandHandler<Ownership, Yield, OwnershipRejection> = createCommandHandler({
    store: service.store,
    decider: ownership,
    seal: service.sealer.seal,
  });

  /** Those of whom the version has passed that they yielded at. */
  const passed = async (yielding: Ownership['yielding']): Promise<string[]> => {
    const over: string[] = [];
    for (const [user, version] of yielding) if ((await versionOf(user)) > version) over.push(user);
    return over;
  };

  return {
    async begin(user) {
      for (;;) {
        const userVersion = await versionOf(user);
        const { state } = await owners.load(STREAM, 'caughtUp');
        // Before users are read: what has become of a yield that is over is known then.
        const over = await passed(state.yielding);
        await deps.caughtUp();
        const command = { user, userVersion, others: deps.othersReachable(user), over, known: state.version };
        const metadata = edgeMetadata(service, { organization: FIRST_ORGANIZATION });
        const begun = await owners.handle(STREAM, command, metadata);
        if (begun.kind === 'failed') return storeProblem(begun.error);
        if (begun.kind !== 'rejected') return userVersion;
        const { rejected, detail } = begun.rejection;
        if (rejected === 'busy') return problem('version_conflict', detail);
        if (rejected === 'last_owner') return LAST_OWNER;
      }
    },
    async begun(user) {
      const { state } = await owners.load(STREAM, 'caughtUp');
      return state.yielding.get(user) ?? null;
    },
  };
}
