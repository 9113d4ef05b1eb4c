import type { AclBoard, OverdueList } from '@countersign/directory';
import { reactionId } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import type { DueSource } from '@countersign/processing';
import type { AccessCommand } from '../access/commands.ts';
import type { AccessRejection } from '../access/decide.ts';
import { accessStream } from '../access/routes.ts';
import type { Access } from '../access/state.ts';

/** Lists in which something has run out: recorded as ended, which fells what still rests on it. */
export function createAccessExpiries(deps: {
  readonly board: Pick<AclBoard, 'overdue'>;
  readonly lists: CommandHandler<Access, AccessCommand, AccessRejection>;
}): DueSource<OverdueList> {
  return {
    find: async (nowMs, limit) => [...deps.board.overdue(nowMs, limit)],
    async fire({ organization, resource }, nowMs) {
      const time = new Date(nowMs).toISOString();
      const stream = accessStream(organization, resource);
      return deps.lists.handle(
        stream,
        { kind: 'expire', at: time },
        {
          organization,
          time,
          eventId: (index) => reactionId(`${stream}@${time}`, 'policy-engine.access-expiry.v1', index),
        },
      );
    },
  };
}
