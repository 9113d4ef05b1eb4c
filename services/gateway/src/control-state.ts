import {
  ACCESS_REVIEW_TYPES,
  ACL_TOPICS,
  ACL_TYPES,
  type AclBoard,
  createAccessReviews,
  createAclBoard,
  createDirectory,
  createIntentStanding,
  createKeys,
  createKillSwitchBoard,
  createLastFalls,
  createPlanCatalog,
  createRetentionBoard,
  createReviewers,
  DIRECTORY_TOPICS,
  DIRECTORY_TYPES,
  type Directory,
  type IntentStanding,
  KEY_TYPES,
  type Keys,
  type KillSwitchBoard,
  type LastFalls,
  PLAN_TYPES,
  type PlanCatalog,
  RETENTION_TYPES,
  type RetentionBoard,
  type Reviewers,
} from '@countersign/directory';
import { currentPosition, type Position } from '@countersign/event-store';
import { allReached } from '@countersign/processing';
import { type Following, followInto, type ServiceDependencies } from '@countersign/service';
import { createEnforcement, type Enforcement } from './killswitch/enforcement.ts';
import { LEASE_MS, type LeaseRegistry } from './killswitch/lease.ts';
import { createNamedApprovers, NAMED_APPROVER_TYPES, type NamedApprovers } from './user/named-approvers.ts';

/** What the gateway knows of who there is and what is forbidden, folded from the control events. */
export interface ControlState {
  readonly directory: Directory;
  readonly keys: Keys;
  readonly retention: RetentionBoard;
  readonly plans: PlanCatalog;
  readonly board: KillSwitchBoard;
  readonly lists: AclBoard;
  /** Whom policies name as approvers. */
  readonly approvers: NamedApprovers;
  /** Whom access reviews name. */
  readonly reviewers: Reviewers;
  readonly intents: IntentStanding;
  readonly lastFalls: LastFalls;
  /** Follows registrations, keys, plans and retention. */
  readonly control: Following;
  /** Follows kill switches, and keeps this gateway's lease on knowing them. */
  readonly enforcement: Enforcement;
  readonly following: readonly Following[];
  /**
   * Whether everything that can fell a call is known here up to a position; waited for where it is not, as long as a lease
   * lasts.
   */
  readonly knownUpTo: (position: Position) => boolean | Promise<boolean>;
  /** Resolves when all is known that was said of access up to now, by whatever instance. */
  readonly knowsAccess: () => Promise<void>;
}

/** Empty; it follows the bus from the beginning. */
export function createControlState(
  { bus, store, clock }: ServiceDependencies,
  leases: LeaseRegistry,
): ControlState {
  const directory = createDirectory();
  const keys = createKeys();
  const retention = createRetentionBoard();
  const plans = createPlanCatalog();
  const board = createKillSwitchBoard();
  const lastFalls = createLastFalls();
  const approvers = createNamedApprovers();
  const control = followInto(
    bus,
    DIRECTORY_TOPICS,
    (message) => {
      directory.apply(message);
      keys.apply(message);
      retention.apply(message);
      plans.apply(message);
      approvers.apply(message);
      lastFalls.apply(message);
      enforcement.foldedControl(message.position);
    },
    { types: [...DIRECTORY_TYPES, ...KEY_TYPES, ...RETENTION_TYPES, ...PLAN_TYPES, ...NAMED_APPROVER_TYPES] },
  );
  const enforcement = createEnforcement({ bus, store, board, lastFalls, leases, control });
  const lists = createAclBoard();
  const reviews = createAccessReviews();
  const access = followInto(
    bus,
    ACL_TOPICS,
    (message) => {
      lists.apply(message);
      reviews.apply(message);
      lastFalls.apply(message);
    },
    { types: [...ACL_TYPES, ...ACCESS_REVIEW_TYPES] },
  );
  const following = [control, enforcement.following, access];
  return {
    directory,
    keys,
    retention,
    plans,
    board,
    lists,
    approvers,
    reviewers: createReviewers({ lists, reviews, directory }),
    intents: createIntentStanding({ board: lists, directory, nowMs: clock.nowMs }),
    lastFalls,
    control,
    enforcement,
    following,
    knownUpTo(position) {
      const reaching = allReached(following, position);
      return reaching === undefined || within(reaching, LEASE_MS);
    },
    async knowsAccess() {
      await allReached([control, access], await currentPosition(store));
    },
  };
}

/** Whether it has happened before the time is over. */
async function within(happening: Promise<unknown>, ms: number): Promise<boolean> {
  let timeout: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timeout = setTimeout(resolve, ms, false);
  });
  const happened = await Promise.race([happening.then(() => true), late]);
  clearTimeout(timeout);
  return happened;
}
