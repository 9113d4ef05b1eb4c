/** What the rounds came to. */
export interface ClusterReport {
  readonly quota: number;
  /** What happened, round by round. */
  readonly faults: string[];
  answers: number;
  lost: number;
  calls: number;
  undecided: number;
  demand: number;
  acknowledged: number;
  events: number;
  /** Records that topics hold a second time. */
  repeated: number;
  /** Calls that hold the strict quota at the end. */
  held: number;
  /** Kill switches that became effective. */
  effective: number;
  readonly complaints: string[];
}

export function emptyReport(quota: number): ClusterReport {
  return {
    quota,
    faults: [],
    answers: 0,
    lost: 0,
    calls: 0,
    undecided: 0,
    demand: 0,
    acknowledged: 0,
    events: 0,
    repeated: 0,
    held: 0,
    effective: 0,
    complaints: [],
  };
}
