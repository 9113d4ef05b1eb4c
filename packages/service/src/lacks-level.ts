import type { AclResource, Level } from '@countersign/access';
import { type Problem, problem } from '@countersign/contracts';

/** What is visible and asks for more than the caller holds: which level, and where it can be asked for. */
export function lacksLevel(
  { kind, id }: AclResource,
  required: Level,
  current: Level | null,
  detail: string,
): Problem<'forbidden'> {
  return problem('forbidden', detail, {
    required_permission: required,
    current_permission: current,
    access_request_url: `/api/v1/${kind}s/${id}/access-requests`,
  });
}
