import type { RecordedEvent } from '@countersign/event-store';
import { Server, ServerCredentials, type ServerDuplexStream, type ServerWritableStream } from '@grpc/grpc-js';
import { streamsService } from '../protocol/definitions.ts';
import { encodeEvent } from '../protocol/event-codec.ts';
import type { ReadReq, ReadResp } from '../protocol/messages.ts';

/** A server that behaves as a real one must not, but does when it is stopped at a bad moment. */
export interface Scripted {
  readonly port: number;
  /** Where each subscription began. */
  readonly begun: readonly number[];
  close(): Promise<void>;
}

/** Each subscription brings the next event and ends without an error; reads are empty. */
export async function startScripted(events: readonly RecordedEvent[]): Promise<Scripted> {
  const begun: number[] = [];
  const server = new Server();
  const refuse = (_call: unknown, answer: (error: Error) => void) => answer(new Error('not in the script'));
  server.addService(streamsService, {
    read(call: ServerWritableStream<ReadReq, ReadResp>) {
      const { options } = call.request;
      if (options?.subscription) {
        const after = Number(options.all?.position?.commitPosition ?? 0);
        begun.push(after);
        call.write({ confirmation: { subscriptionId: 'scripted' } });
        const next = events.find(({ position }) => position > after);
        if (next) call.write(encodeEvent(next));
      }
      call.end();
    },
    append: refuse,
    batchAppend: (call: ServerDuplexStream<unknown, unknown>) => void call.end(),
    delete: refuse,
    tombstone: refuse,
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, begun, close: async () => server.forceShutdown() };
}
