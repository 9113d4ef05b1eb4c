import type { RetentionDomain } from './events.ts';

const HALF_HOUR = 1_800_000;
/** Minutes past the hour and half hour: the domains are looked after apart from each other. */
const OFFSETS: Readonly<Record<RetentionDomain, number>> = { traces: 0, events: 7 * 60_000 };

/** The half hour of a domain that a time is in, by number. */
export function slotOf(domain: RetentionDomain, at: number): number {
  return Math.floor((at - OFFSETS[domain]) / HALF_HOUR);
}
