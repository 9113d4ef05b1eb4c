import type { Gauge } from '@countersign/access';
import type { Directory } from '@countersign/directory';
import { reactionId } from '@countersign/event-sourcing';
import type { Occupy, Scopes } from '@countersign/metering';
import type { PlaceAsk, RequestAsk } from '@countersign/service';

/** A place as the book knows it: the same for the same subject, however often it comes and goes. */
export type Place = Pick<Occupy, 'id' | 'key' | 'amount' | 'scopes'>;

type Paths = Pick<Directory, 'pathOf'>;

/** The place that an admission asks for, one of its gauge. */
export function placeOf({ organization, gauge, subject, project, user }: PlaceAsk, directory: Paths): Place {
  return {
    id: placeId(organization, gauge, subject),
    key: gauge,
    amount: 1,
    scopes: {
      ...pathOf(organization, project, directory),
      ...(user === undefined ? {} : { user }),
    },
  };
}

/** The id of a subject's place in a gauge, the same whenever it is asked. */
export function placeId(organization: string, gauge: Gauge, subject: string): string {
  return reactionId(`${organization}/${gauge}`, subject, 0);
}

/**
 * Whose quota a request uses by itself: a person's own, an agent's owner's; a service counts as a user of its own name, so
 * that no key is outside the limits of a plan.
 */
export function scopesOf(
  { by: { kind, id, organization }, project }: Pick<RequestAsk, 'by' | 'project'>,
  directory: Paths & Pick<Directory, 'agent'>,
): Scopes {
  const owner = kind === 'agent' ? directory.agent(organization, id)?.data.owner : undefined;
  return { ...pathOf(organization, project, directory), user: owner ?? id };
}

function pathOf(organization: string, project: string | undefined, directory: Paths): Scopes {
  return project === undefined ? { organization } : directory.pathOf(organization, project);
}
