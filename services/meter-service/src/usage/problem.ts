import { type Problem, problem } from '@countersign/contracts';
import { admissionProblem } from '@countersign/service';
import { refusedBy } from '../admission/admission.ts';
import type { DecidedNow } from '../admission/decide-now.ts';

/** Why nothing was counted or taken back. */
export function usageProblem(decided: Exclude<DecidedNow, { kind: 'decided' }>): Problem {
  switch (decided.kind) {
    case 'failure':
      return admissionProblem(refusedBy(decided.failure));
    case 'rejected':
      return decided.code === 'reservation_conflict'
        ? problem('idempotency_conflict', 'the key was used for another report')
        : problem('unavailable', decided.detail);
    default:
      return admissionProblem(decided);
  }
}
