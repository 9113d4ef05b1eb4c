import type { StreamVersion } from '@countersign/event-sourcing';
import { type CallError, invalid } from '../protocol/call-error.ts';
import type { ExpectedRevision } from '../protocol/messages.ts';

/** The version that an append expects. Revisions count from 0, versions from 1; "any" is what clients send by default. */
export function readExpected(asked: ExpectedRevision): StreamVersion | CallError {
  if (asked.noStream) return 0;
  const revision = asked.revision ?? asked.streamPosition;
  if (revision === undefined) {
    return invalid(
      'an append names the revision that it expects, or that there is no stream; "any" is not taken',
    );
  }
  const version = BigInt(revision) + 1n;
  return version <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(version) : invalid('there is no such revision');
}
