/** What the rounds came to. */
export interface RoundsReport {
  rounds: number;
  /** Starts that were killed before they listened. */
  crashedStarts: number;
  /** Rounds whose write-ahead log was cut to its last completed sync, how many of them lost bytes, and how many bytes. */
  cuts: number;
  cutsThatLost: number;
  bytesLost: number;
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
    cutsThatLost: 0,
    bytesLost: 0,
    answers: 0,
    lost: 0,
    calls: 0,
    acknowledged: 0,
    events: 0,
    quota,
    demand: 0,
    held: 0,
    waiting: 0,
    complaints: [],
  };
}
