import { CountersignError } from '../problem.ts';
import type { ApiRequest } from './api-request.ts';
import type { Http } from './http.ts';

/**
 * Sends a request and takes the answer's body for what the contract says it is; it is not checked again here.
 *
 * @throws CountersignError for every answer but 2xx.
 */
export async function call<Body>(http: Http, request: ApiRequest): Promise<Body> {
  const answer = await http.send(request);
  if (!answer.ok) throw new CountersignError(answer.problem);
  return answer.body as Body;
}
