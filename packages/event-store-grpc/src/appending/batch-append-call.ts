import { type Metadata, type ServerDuplexStream, status } from '@grpc/grpc-js';
import { MAX_BATCHES_IN_FLIGHT, MAX_OPEN_BATCHES } from '../limits.ts';
import { createOutlet } from '../outlet.ts';
import { appendTooLarge, type CallError, invalid, isCallError } from '../protocol/call-error.ts';
import type { AppendOptions, BatchAppendReq, BatchAppendResp } from '../protocol/messages.ts';
import { readUuid } from '../protocol/uuid.ts';
import {
  type AppendDependencies,
  type AppendTarget,
  appendStored,
  type Collected,
  collectEvents,
  readTarget,
  successOf,
} from './append-stored.ts';
import { batchStatusOf } from './store-error.ts';

type BatchCall = ServerDuplexStream<BatchAppendReq, BatchAppendResp>;

/** A batch whose last part has not come. After an error its parts are read and dropped. */
interface OpenBatch {
  readonly options: AppendOptions;
  readonly target: AppendTarget | CallError;
  readonly collected: Collected;
  error: CallError | null;
}

/**
 * Serves `BatchAppend`: many appends on one call, each in parts, answered as they become durable. A refused batch is an
 * answer too; the call ends only at what can't be assigned to a batch.
 */
export function createBatchAppendCall(
  deps: AppendDependencies,
  refuse: (metadata: Metadata) => CallError | null,
) {
  return (call: BatchCall): void => {
    const refused = refuse(call.metadata);
    if (refused) {
      call.emit('error', refused);
      return;
    }
    const outlet = createOutlet<BatchAppendResp>(call);
    const open = new Map<string, OpenBatch>();
    let inFlight = 0;
    let finished = false;
    const endWhenDone = () => finished && inFlight === 0 && outlet.isOpen && call.end();

    const finish = async (
      correlation: string,
      { options, target, collected, error }: OpenBatch,
    ): Promise<void> => {
      // Asked for each batch: a call may stay open for days, and the key be revoked meanwhile.
      const result =
        refuse(call.metadata) ??
        error ??
        (isCallError(target) ? target : await appendStored(deps, target, collected.events));
      const { streamIdentifier = {}, ...expected } = options;
      const answer: BatchAppendResp = {
        ...expected,
        correlationId: { string: correlation },
        streamIdentifier,
        ...('code' in result ? { error: batchStatusOf(result) } : { success: successOf(result) }),
      };
      await outlet.send(answer);
    };

    const take = ({ correlationId, options, proposedMessages = [], isFinal }: BatchAppendReq) => {
      const correlation = readUuid(correlationId);
      if (correlation === null) return invalid('a batch has a correlation id');
      let batch = open.get(correlation);
      if (!batch) {
        if (!options) return invalid('the first part of a batch has its options');
        if (open.size >= MAX_OPEN_BATCHES) {
          return {
            code: status.RESOURCE_EXHAUSTED,
            details: `at most ${MAX_OPEN_BATCHES} batches are taken in parts at once`,
          };
        }
        const target = readTarget(options);
        batch = { options, target, collected: collectEvents(deps), error: null };
        open.set(correlation, batch);
      }
      for (const proposed of proposedMessages) batch.error ??= batch.collected.add(proposed);
      if (batch.collected.tooLarge) batch.error = appendTooLarge(deps.limits.maxAppendBytes);
      if (!isFinal) return null;
      open.delete(correlation);
      inFlight += 1;
      if (inFlight >= MAX_BATCHES_IN_FLIGHT) call.pause();
      void finish(correlation, batch).finally(() => {
        inFlight -= 1;
        if (inFlight < MAX_BATCHES_IN_FLIGHT) call.resume();
        endWhenDone();
      });
      return null;
    };

    call.on('data', (request: BatchAppendReq) => {
      const error = take(request);
      if (!error) return;
      call.emit('error', error);
      call.destroy();
    });
    call.on('end', () => {
      finished = true;
      endWhenDone();
    });
  };
}
