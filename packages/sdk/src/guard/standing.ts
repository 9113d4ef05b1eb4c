import { isJsonObject } from '../json/json-value.ts';
import type { ApprovalPointer, Obligations, Reason } from '../model/verdict.ts';

/** An allowed call's permit. */
export interface Grant {
  readonly callId: string;
  readonly permit: string;
  readonly obligations: Obligations;
}

/** Where a call stands, by the answer to its announcement. */
export type Standing =
  | {
      readonly at: 'waiting';
      readonly callId: string;
      readonly approval: ApprovalPointer | null;
      readonly reasons: readonly Reason[];
      /** Up to where in the ledger this is known. */
      readonly position: string | undefined;
    }
  | { readonly at: 'authorized'; readonly grant: Grant }
  | { readonly at: 'redeemed'; readonly grant: Grant; readonly replayed: boolean }
  | { readonly at: 'abandoned'; readonly grant: Grant }
  | { readonly at: 'settled'; readonly callId: string }
  | { readonly at: 'lapsed'; readonly callId: string }
  | { readonly at: 'unknown' };

const UNKNOWN: Standing = { at: 'unknown' };

/** What can stand in a path as it is. */
const CALL_ID = /^[A-Za-z0-9_-]+$/;

/**
 * Reads a 2xx answer to an announcement. Strict where an execution would follow: whatever is missing, of another type
 * or contradicts the rest makes the standing unknown.
 */
export function readStanding(body: unknown): Standing {
  if (!isJsonObject(body) || typeof body.id !== 'string' || !CALL_ID.test(body.id)) return UNKNOWN;
  const callId = body.id;
  switch (body.status) {
    case 'evaluating':
    case 'awaiting_approval':
      return {
        at: 'waiting',
        callId,
        approval: isJsonObject(body.approval) ? (body.approval as unknown as ApprovalPointer) : null,
        reasons: Array.isArray(body.reasons) ? body.reasons : [],
        position: positionOf(body),
      };
    case 'succeeded':
    case 'failed':
      return { at: 'settled', callId };
    case 'lapsed':
      return { at: 'lapsed', callId };
    case 'authorized':
    case 'redeemed':
    case 'abandoned':
      return readGrant(body, callId, body.status);
    default:
      return UNKNOWN;
  }
}

/** The position that an answer is of, where it says one. */
export function positionOf({ position }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof position === 'string' ? position : undefined;
}

function readGrant(
  body: Readonly<Record<string, unknown>>,
  callId: string,
  at: 'authorized' | 'redeemed' | 'abandoned',
): Standing {
  const { permit, obligations, replayed, verdict } = body;
  if (verdict !== 'allow' || !isJsonObject(permit) || !isJsonObject(obligations)) return UNKNOWN;
  if (typeof permit.token !== 'string' || permit.redeemed !== (at !== 'authorized')) return UNKNOWN;
  const grant: Grant = { callId, permit: permit.token, obligations };
  return at === 'redeemed' ? { at, grant, replayed: replayed !== false } : { at, grant };
}
