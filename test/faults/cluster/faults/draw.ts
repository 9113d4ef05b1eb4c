import type { SeededRandom } from '@countersign/testing';
import type { Fault } from './fault.ts';
import { killed } from './kill.ts';
import { paused } from './pause.ts';
import { pausedWhileSwitched } from './paused-switch.ts';
import { rebalanced } from './rebalance.ts';
import { redelivered } from './redeliver.ts';

const KILLS = [
  killed('store'),
  killed('broker'),
  killed('relay'),
  killed('gateway'),
  killed('policy-engine'),
  killed('approval-service'),
  killed('meter-service'),
  killed('audit-projector'),
];

/** Faults of other kinds: of each kind as many as there are four kills. */
const OTHERS: readonly (readonly Fault[])[] = [
  [paused('gateway'), paused('policy-engine'), paused('meter-service'), paused('relay')],
  [
    rebalanced('gateway'),
    rebalanced('policy-engine'),
    rebalanced('meter-service'),
    rebalanced('approval-service'),
  ],
  [
    redelivered('gateway'),
    redelivered('policy-engine'),
    redelivered('meter-service'),
    redelivered('approval-service'),
  ],
  [pausedWhileSwitched],
];
const KILLS_PER_OTHER = 4;

/** So many kills, and faults of each other kind between them. Of each kind, every one comes once before any comes again. */
export function drawFaults(random: SeededRandom, kills: number): Fault[] {
  const others = Math.ceil(kills / KILLS_PER_OTHER);
  const drawn = [...deal(random, KILLS, kills), ...OTHERS.flatMap((kind) => deal(random, kind, others))];
  return deal(random, drawn, drawn.length);
}

/** Each card once before any comes again. */
export function deal<Card>(random: SeededRandom, cards: readonly Card[], count: number): Card[] {
  const dealt: Card[] = [];
  while (dealt.length < count) {
    const left = [...cards];
    while (left.length > 0) dealt.push(...left.splice(random.below(left.length), 1));
  }
  return dealt.slice(0, count);
}
