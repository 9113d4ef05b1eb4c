import { CountersignError, localProblem } from '../problem.ts';

/**
 * Template tag for request paths: every inserted part is encoded as one path segment. Empty and dot segments are
 * refused, because a URL parser would take them for another address.
 */
export function path(literals: TemplateStringsArray, ...segments: readonly string[]): string {
  return literals.reduce((before, literal, index) => before + segment(segments[index - 1]!) + literal);
}

function segment(part: string): string {
  if (part === '' || part === '.' || part === '..') {
    const detail = `${JSON.stringify(part)} is no id; give the id as Countersign knows it`;
    throw new CountersignError(localProblem('invalid_request', detail));
  }
  return encodeURIComponent(part);
}
