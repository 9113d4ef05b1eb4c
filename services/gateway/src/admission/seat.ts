import type { Problem } from '@countersign/contracts';
import type { Directory } from '@countersign/directory';
import { type Admission, admissionProblem } from '@countersign/service';

/** Takes a seat for who is to become a user, or says why there is none. Who has one already keeps it. */
export type TakeSeat = (organization: string, userId: string) => Promise<Problem | null>;

/** Takes none for who is a user or is kept one already. */
export function createTakeSeat(
  admission: Pick<Admission, 'place'>,
  directory: Pick<Directory, 'user' | 'isInvited'>,
): TakeSeat {
  return async (organization, subject) => {
    if (directory.user(organization, subject) || directory.isInvited(organization, subject)) return null;
    const answer = await admission.place({ organization, gauge: 'users', subject });
    return answer.kind === 'admitted' ? null : admissionProblem(answer);
  };
}
