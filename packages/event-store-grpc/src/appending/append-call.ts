import type { Metadata, ServerReadableStream, sendUnaryData } from '@grpc/grpc-js';
import { appendTooLarge, type CallError, invalid, isCallError, unavailable } from '../protocol/call-error.ts';
import type { AppendReq, AppendResp } from '../protocol/messages.ts';
import {
  type AppendDependencies,
  type AppendTarget,
  appendStored,
  collectEvents,
  readTarget,
  successOf,
} from './append-stored.ts';
import { callErrorOf, revisionOr } from './store-error.ts';

/** Serves `Append`: options first, then one event a message. A conflict is an answer, as clients expect it. */
export function createAppendCall(deps: AppendDependencies, refuse: (metadata: Metadata) => CallError | null) {
  const serve = async (
    call: ServerReadableStream<AppendReq, AppendResp>,
  ): Promise<AppendResp | CallError> => {
    const refused = refuse(call.metadata);
    if (refused) return refused;
    const collected = collectEvents(deps);
    let target: AppendTarget | null = null;
    for await (const { options, proposedMessage } of call as AsyncIterable<AppendReq>) {
      if (options) {
        const read = readTarget(options);
        if (isCallError(read)) return read;
        target = read;
      }
      const error = proposedMessage && collected.add(proposedMessage);
      if (error) return error;
      if (collected.tooLarge) return appendTooLarge(deps.limits.maxAppendBytes);
    }
    if (!target) return invalid('an append begins with its options');
    const result = await appendStored(deps, target, collected.events);
    if (!('code' in result)) return { success: successOf(result) };
    if ('details' in result) return result;
    if (result.code !== 'VersionConflict') return callErrorOf(result);
    return {
      wrongExpectedVersion: {
        ...revisionOr(result.actual, 'currentRevision', 'currentNoStream'),
        ...revisionOr(result.expected, 'expectedRevision', 'expectedNoStream'),
      },
    };
  };

  return (call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>): void => {
    serve(call).then(
      (result) => (isCallError(result) ? answer(result) : answer(null, result)),
      () => answer(unavailable('the append was cut off, or the ledger can not be written now')),
    );
  };
}
