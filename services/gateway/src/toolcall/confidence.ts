/** A confidence from 0 to 1 as it is stored: in thousandths, because stored numbers are integers. */
export function scoreOf(confidence: number | null | undefined): number | null {
  return confidence === null || confidence === undefined ? null : Math.round(confidence * 1_000);
}

/** A stored score as it is published. */
export function confidenceOf(score: number | null): number | null {
  return score === null ? null : score / 1_000;
}
