import type { SeededRandom } from '@countersign/testing';
import { announcement } from '../registrations.ts';
import type { TenantName } from './tenants.ts';

/** How a client goes about a call. */
export type ErrandKind =
  /** Redeems with the verdict, executes, reports. */
  | 'at-once'
  /** Redeems the permit in a second step, twice at the same time. */
  | 'two-steps'
  /** Redeems and then reports that it did not execute, which gives the quota back. */
  | 'given-back'
  /** A human is asked and approves, in this round or a later one. */
  | 'approved'
  /** A human is asked and says no. */
  | 'refused'
  /** A human is asked and never answers. */
  | 'waiting'
  /** Asks for a tool that there is not. */
  | 'unknown-tool';

/**
 * One client's way through one call. It lives as long as the rounds: what a crash interrupts goes on after the restart
 * at the same step, with the same key. `decide`, `release`: the human's answer, and what follows from it.
 */
export interface Errand {
  readonly tenant: TenantName;
  readonly kind: ErrandKind;
  readonly key: string;
  readonly body: object;
  step: 'announce' | 'decide' | 'release' | 'redeem' | 'report' | 'ended';
  call: string | null;
  digest: string | null;
  permit: string | null;
  /** The answer of its announcement, once it has one: `allow`, `require_approval` or a problem's code. */
  verdict: string | null;
  /** The round in which its human answers. */
  decideInRound: number;
  /** A human's answer was sent, and may have been taken although its own answer was lost. */
  decisionSent: boolean;
  /** An answer was lost, which happens only where the process was killed. */
  interrupted: boolean;
  /** It ended because the verdict did not come in time. */
  undecided: boolean;
  /** A redemption was sent and its answer lost: it may have taken place. */
  redemptionLost: boolean;
  redeemed: number;
}

const METERED_KINDS: readonly ErrandKind[] = ['at-once', 'at-once', 'two-steps', 'given-back'];
const OPEN_KINDS: readonly ErrandKind[] = [
  'at-once',
  'two-steps',
  'given-back',
  'approved',
  'approved',
  'refused',
  'waiting',
  'unknown-tool',
];
/** A human takes up to so many rounds. */
const MAX_ROUNDS_TO_DECIDE = 3;

const TOOL_OF_KIND: Partial<Record<ErrandKind, string>> = {
  approved: 'ask-first',
  refused: 'ask-first',
  waiting: 'ask-first',
  'unknown-tool': 'no-such-tool',
};

/** Makes errands, the same ones for the same seed. */
export function createErrands(random: SeededRandom) {
  let made = 0;
  return (tenant: TenantName, round: number, forcedKind?: ErrandKind): Errand => {
    const kinds = tenant === 'metered' ? METERED_KINDS : OPEN_KINDS;
    const kind = forcedKind ?? kinds[random.below(kinds.length)]!;
    made += 1;
    return {
      tenant,
      kind,
      key: `errand-${made}-${random.next().toString(16)}`,
      body: announcement(TOOL_OF_KIND[kind] ?? 'read-file', `file-${made}`, {
        redeem: kind === 'at-once' || kind === 'given-back',
      }),
      step: 'announce',
      call: null,
      digest: null,
      permit: null,
      verdict: null,
      decideInRound: round + random.below(MAX_ROUNDS_TO_DECIDE),
      decisionSent: false,
      interrupted: false,
      undecided: false,
      redemptionLost: false,
      redeemed: 0,
    };
  };
}

/** Whether there is something to do for it now; who waits for a human waits for the round. */
export function isDue({ step, kind, decideInRound }: Errand, round: number): boolean {
  if (step === 'ended') return false;
  return step !== 'decide' || (kind !== 'waiting' && decideInRound <= round);
}
