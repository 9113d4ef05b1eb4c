import type { Principal } from '@countersign/access';
import { type Problem, problem } from '@countersign/contracts';
import type { Directory } from '@countersign/directory';
import type { Scopes } from '@countersign/metering';

/** Whose quota something concerns, as its caller says. */
export interface Whose {
  readonly user?: string | undefined;
  readonly project?: string | undefined;
}

/** The scopes of a report or a question, or why the caller may not speak for them. */
export function scopesFor(
  { kind, id, organization }: Principal,
  whose: Whose,
  directory: Pick<Directory, 'agent' | 'pathOf'>,
): Scopes | Problem {
  const agent = kind === 'agent' ? directory.agent(organization, id)?.data : undefined;
  const own = kind === 'user' ? id : agent?.owner;
  if (agent !== undefined && whose.user !== undefined && whose.user !== agent.owner) {
    return problem('forbidden', `an agent speaks for its owner alone, which is ${agent.owner}`);
  }
  const project = whose.project ?? agent?.project;
  const user = whose.user ?? own;
  return {
    ...(project === undefined ? { organization } : directory.pathOf(organization, project)),
    ...(user === undefined ? {} : { user }),
  };
}
