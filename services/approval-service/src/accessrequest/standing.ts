import type { AclState, Granter } from '@countersign/access';

/** As what somebody decides a request for access. */
export interface Standing {
  readonly acl: AclState;
  readonly granter: Granter;
  /** Whether the review names them, so that they decide without administering. */
  readonly isApprover: boolean;
}
