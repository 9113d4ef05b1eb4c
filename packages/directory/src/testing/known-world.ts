import type { JsonObject } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import { createAclBoard } from '../acl-board.ts';
import { createDirectory } from '../directory.ts';
import { createIntentStanding } from '../intent-standing.ts';
import { createKillSwitchBoard } from '../kill-switches.ts';
import { createPlanCatalog } from '../plan-catalog.ts';
import { createLedger } from './messages.ts';

/** One event to come: of the organization `acme` unless another is named. */
export type Step = readonly [type: string, subject: string, data: JsonObject, organization?: string];

/** A process that has folded everything that calls stand on, and can read it again. */
export function createKnownWorld(nowMs: () => number = () => 0) {
  const ledger = createLedger();
  const directory = createDirectory();
  const board = createKillSwitchBoard();
  const lists = createAclBoard();
  const plans = createPlanCatalog();
  const told: Message[] = [];
  return {
    known: {
      ...{ directory, board, lists, plans },
      intents: createIntentStanding({ board: lists, directory, nowMs }),
      bus: {
        async *rereadFrom(subject: string, after: number, until = Number.POSITIVE_INFINITY) {
          yield* told.filter(
            (message) => message.subject === subject && message.sequence > after && message.sequence <= until,
          );
        },
      },
    },
    /** Tells one event and everybody who folds it. */
    tell([type, subject, data, organization]: Step): Message {
      const message = ledger.next(type, subject, data, organization);
      told.push(message);
      for (const one of [directory, board, lists, plans]) one.apply(message);
      return message;
    },
  };
}
