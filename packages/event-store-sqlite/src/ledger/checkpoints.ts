import type { CheckpointStore, ParkedEvent, ParkingLot, Position } from '@countersign/event-store';
import type { ReaderThread } from '../threads/reader-thread.ts';
import type { CommitQueue } from './commit-queue.ts';

/**
 * Checkpoints and parked events go through the queue of the events, so that one never survives without everything
 * that was accepted before it.
 */
export function createCheckpoints(
  commits: CommitQueue,
  reader: ReaderThread,
  stored: readonly (readonly [consumer: string, position: Position])[],
): CheckpointStore & ParkingLot & { checkpoints(): ReadonlyMap<string, Position> } {
  const positions = new Map<string, Position>(stored);
  return {
    checkpoints: () => positions,
    load: async (group) => positions.get(group) ?? null,
    save(group, position) {
      positions.set(group, position);
      commits.addBeside({ kind: 'checkpoint', consumer: group, position });
    },
    park({ group, subject, position, organization, error, parkedAt, attempts }) {
      commits.addBeside({
        kind: 'park',
        consumer: group,
        subject,
        position,
        organization,
        error,
        parkedAt,
        attempts,
      });
    },
    release(group, subject, position) {
      commits.addBeside({ kind: 'release', consumer: group, subject, position });
    },
    async list({ group, subject, organization } = {}) {
      const error = await commits.flush();
      if (error) throw error;
      const rows = await reader.read<'parked'>({
        kind: 'parked',
        ...(group === undefined ? {} : { consumer: group }),
        ...(subject === undefined ? {} : { subject }),
        ...(organization === undefined ? {} : { organization }),
      });
      return rows.map(
        ([consumer, of, position, owner, why, parkedAt, attempts]): ParkedEvent => ({
          group: consumer,
          subject: of,
          position,
          organization: owner,
          error: why,
          parkedAt,
          attempts,
        }),
      );
    },
  };
}
