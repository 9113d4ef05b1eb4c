import { type Decider, type DomainEvent, type Rejection, reject } from '@countersign/event-sourcing';

/**
 * One half hour of one domain's flushes, over all instances: stream `flushrun-<domain>-<slot>`. Nobody else is told of it, so
 * its events are not published.
 */
export type FlushBegun = DomainEvent<
  'flush-begun.v1',
  {
    readonly run_id: string;
    /** Begun by the clock, not by a person. */
    readonly scheduled: boolean;
    /** When it is taken for dead, in UTC milliseconds. */
    readonly until: number;
  }
>;

export type FlushEnded = DomainEvent<'flush-ended.v1', { readonly run_id: string }>;

export type FlushRunEvent = FlushBegun | FlushEnded;

export interface BeginFlush {
  readonly kind: 'begin';
  readonly runId: string;
  readonly scheduled: boolean;
  readonly at: number;
  readonly until: number;
}

export interface EndFlush {
  readonly kind: 'end';
  readonly runId: string;
}

export interface FlushRuns {
  readonly running: { readonly runId: string; readonly until: number } | null;
  /** Whether the clock has begun one. */
  readonly wasScheduled: boolean;
}

/** Whether a flush is under way, and not taken for dead. */
export function isUnderWay({ running }: FlushRuns, at: number): boolean {
  return running !== null && running.until > at;
}

export const flushRun: Decider<FlushRuns, BeginFlush | EndFlush, FlushRunEvent, 'busy' | 'done'> = {
  initial: { running: null, wasScheduled: false },
  evolve(state, event) {
    switch (event.type) {
      case 'flush-begun.v1': {
        const { run_id: runId, scheduled, until } = event.data;
        return { running: { runId, until }, wasScheduled: state.wasScheduled || scheduled };
      }
      case 'flush-ended.v1':
        return state.running?.runId === event.data.run_id ? { ...state, running: null } : state;
      default:
        return state;
    }
  },
  decide(command, state): readonly FlushRunEvent[] | Rejection<'busy' | 'done'> {
    if (command.kind === 'end') {
      const isRunning = state.running?.runId === command.runId;
      return isRunning ? [{ type: 'flush-ended.v1', data: { run_id: command.runId } }] : [];
    }
    const { runId, scheduled, at, until } = command;
    if (state.running?.runId === runId) return [];
    if (scheduled && state.wasScheduled) return reject('done', 'this half hour has had its flush');
    if (isUnderWay(state, at)) return reject('busy', 'another flush is under way');
    return [{ type: 'flush-begun.v1', data: { run_id: runId, scheduled, until } }];
  },
};
