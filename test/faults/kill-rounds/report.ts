/** What the rounds came to. */
export interface RoundsReport {
  rounds: number;
  /** Starts that were killed before they listened. */
  crashedStarts: number;
  /**
   * Rounds whose write-ahead log was cut to its last completed sync, how many of these cuts took bytes away, and how
   * many: frames that were not synced, and what was left behind them of a log that has been copied into the database.
   */
  cuts: number;
  cutsThatTook: number;
  bytesTaken: number;
  /** Answers to clients, and requests whose answer was lost. */
  answers: number;
  lost: number;
  /** Calls announced, and things acknowledged that the ledger was searched for. */
  calls: number;
  acknowledged: number;
  events: number;
  /** The strict quota, how often it was asked for, and how many calls hold it at the end. */
  readonly quota: number;
  demand: number;
  held: number;
  /** Calls that were interrupted by a crash and ended without a verdict in time. */
  undecided: number;
  /** Approvals that waited over the last restart. */
  waiting: number;
  /** Everything that was wrong. */
  readonly complaints: string[];
}

export function emptyReport(quota: number): RoundsReport {
  return {
    rounds: 0,
    crashedStarts: 0,
    cuts: 0,
    cutsThatTook: 0,
    bytesTaken: 0,
    answers: 0,
    lost: 0,
    calls: 0,
    acknowledged: 0,
    events: 0,
    quota,
    demand: 0,
    held: 0,
    undecided: 0,
    waiting: 0,
    complaints: [],
  };
}
