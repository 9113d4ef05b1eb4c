import { CALL_ENDPOINT, categoriesOf } from '@countersign/contracts';
import { type Admits, type EdgeAdmission, rateHeaders } from '@countersign/http';
import { type Admission, type AdmissionAnswer, admissionProblem } from '@countersign/service';

/** Reading the trail uses up `audit_reads`: once for a page, once for a stream that is opened. */
const TRAIL = /^\/v1\/events(\/stream)?$/;

const FREE: EdgeAdmission = { headers: {}, refused: null };

/**
 * Asks the meters about every request to the API that has passed authentication. An announced call is left out: its
 * throttles are charged with its reservation, over whichever front door it came.
 */
export function createEdgeAdmission(admission: Pick<Admission, 'request'>): Admits {
  return ({ principal, method, path }) => {
    if (method === CALL_ENDPOINT.method && path === CALL_ENDPOINT.path) return FREE;
    const amounts = method === 'GET' && TRAIL.test(path) ? [{ key: 'audit_reads', amount: 1 }] : [];
    const traffic = { categories: categoriesOf(method, path), method, path };
    const answer = admission.request({ by: principal, traffic, amounts });
    return answer instanceof Promise ? answer.then(admitted) : admitted(answer);
  };
}

function admitted(answer: AdmissionAnswer): EdgeAdmission {
  if (answer.kind !== 'admitted') return { headers: {}, refused: admissionProblem(answer) };
  return answer.rate === null ? FREE : { headers: rateHeaders(answer.rate), refused: null };
}
