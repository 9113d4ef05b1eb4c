import type { Party } from '@countersign/access';
import { FIRST_ORGANIZATION } from '@countersign/directory';
import type { Message } from '@countersign/message-bus';

/** What the names in policies are folded from. */
export const NAMED_APPROVER_TYPES = ['policy.published'] as const;

/** Whom the policies of an organization name, in any version that was ever published. */
export interface NamedApprovers {
  /** Whether a policy that may hold in the organization names them. */
  names(organization: string, party: Party): boolean;
  apply(message: Message): void;
}

/** An approver as policies write it. Read off the text: a name in a comment too many keeps nobody from anything they had. */
const NAME = /\buser:[^\s"',\]}]+/g;

/** Policies of the first organization may hold in every other. */
export function createNamedApprovers(): NamedApprovers {
  const named = new Map<string, Set<string>>();
  return {
    names: (organization, { kind, id }) =>
      [organization, FIRST_ORGANIZATION].some((one) => named.get(one)?.has(`${kind}:${id}`) === true),
    apply({ type, organization, data }) {
      if (type !== 'policy.published') return;
      const names = named.get(organization) ?? new Set();
      named.set(organization, names);
      for (const [name] of String(data.text).matchAll(NAME)) names.add(name);
    },
  };
}
