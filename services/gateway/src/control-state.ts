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
  PLAN_TYPES,
  type PlanCatalog,
  RETENTION_TYPES,
  type RetentionBoard,
  type Reviewers,
} from '@countersign/directory';
import { currentPosition } from '@countersign/event-store';
import { allReached } from '@countersign/processing';
import { type Following, followInto, type ServiceDependencies } from '@countersign/service';
import { createEnforcement, type Enforcement } from './killswitch/enforcement.ts';
import type { LeaseRegistry } from './killswitch/lease.ts';
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
  /** Follows registrations, keys, plans and retention. */
  readonly control: Following;
  /** Follows kill switches, and keeps this gateway's lease on knowing them. */
  readonly enforcement: Enforcement;
  readonly following: readonly Following[];
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
      enforcement.foldedControl(message.position);
    },
    { types: [...DIRECTORY_TYPES, ...KEY_TYPES, ...RETENTION_TYPES, ...PLAN_TYPES, ...NAMED_APPROVER_TYPES] },
  );
  const enforcement = createEnforcement({ bus, store, board, leases, control });
  const lists = createAclBoard();
  const reviews = createAccessReviews();
  const access = followInto(
    bus,
    ACL_TOPICS,
    (message) => {
      lists.apply(message);
      reviews.apply(message);
    },
    { types: [...ACL_TYPES, ...ACCESS_REVIEW_TYPES] },
  );
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
    control,
    enforcement,
    following: [control, enforcement.following, access],
    async knowsAccess() {
      await allReached([control, access], await currentPosition(store));
    },
  };
}
