import type { CloudEvent } from '@countersign/sdk';

/** One amount against one meter, as quota events have it. */
interface Line {
  readonly key: string;
  readonly scope: string;
  readonly period_start: string | null;
  readonly amount: number;
  readonly overrun?: number;
}

/** Where one meter stands in one period. */
export interface FoldedMeter {
  readonly used: number;
  readonly reserved: number;
  readonly overrun: number;
}

/** Meters by key, scope and period, and the lines of calls that still hold something. */
export interface FoldedMeters {
  readonly meters: Map<string, FoldedMeter>;
  readonly holds: Map<string, readonly Line[]>;
}

const UNUSED: FoldedMeter = { used: 0, reserved: 0, overrun: 0 };

export function noMeters(): FoldedMeters {
  return { meters: new Map(), holds: new Map() };
}

/** Names a meter in a period. */
export function meterKey({ key, scope, period_start }: Omit<Line, 'amount'>): string {
  return `${key} of ${scope} from ${period_start}`;
}

/** Where a meter stands; unused if no event names it. */
export function meterAt({ meters }: FoldedMeters, key: string): FoldedMeter {
  return meters.get(key) ?? UNUSED;
}

/** Applies one public event to the meters. */
export function foldMeter(state: FoldedMeters, { type, data, correlationid: id = '' }: CloudEvent): void {
  const lines = (data.lines ?? []) as unknown as readonly Line[];
  switch (type) {
    case 'agent.quota.reserved':
      state.holds.set(id, lines);
      for (const line of lines) add(state, line, { reserved: line.amount });
      break;
    case 'agent.quota.committed':
      endHold(state, id);
      for (const line of lines) add(state, line, { used: line.amount });
      break;
    case 'agent.quota.released':
      endHold(state, id);
      break;
    case 'agent.quota.overrun':
      for (const line of lines) add(state, line, { overrun: line.amount });
      break;
    case 'agent.quota.adjusted':
      for (const line of lines) add(state, line, { used: line.amount, overrun: line.overrun ?? 0 });
      break;
  }
}

function endHold(state: FoldedMeters, id: string): void {
  for (const line of state.holds.get(id) ?? []) add(state, line, { reserved: -line.amount });
  state.holds.delete(id);
}

function add(state: FoldedMeters, line: Line, change: Partial<FoldedMeter>): void {
  const key = meterKey(line);
  const { used, reserved, overrun } = meterAt(state, key);
  state.meters.set(key, {
    used: used + (change.used ?? 0),
    reserved: reserved + (change.reserved ?? 0),
    overrun: overrun + (change.overrun ?? 0),
  });
}
