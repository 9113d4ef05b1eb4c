import type { Admission } from '@countersign/service';

/**
 * Says with every question how far this gateway knows, so that whichever instance answers knows as much: a plan that was
 * changed before is the plan that it answers by.
 */
export function createKnowingAdmission(admission: Admission, knownUpTo: () => number): Admission {
  return {
    request: (ask) => admission.request({ ...ask, known: knownUpTo() }),
    place: (ask) => admission.place({ ...ask, known: knownUpTo() }),
    reached: admission.reached,
  };
}
