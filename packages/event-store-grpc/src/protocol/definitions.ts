import { fileURLToPath } from 'node:url';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { loadSync, type MessageTypeDefinition } from '@grpc/proto-loader';
import type { ReadResp } from './messages.ts';

const PROTOS = fileURLToPath(new URL('../../protos', import.meta.url));

const loaded = loadSync(['streams.proto', 'gossip.proto', 'server_features.proto'], {
  includeDirs: [PROTOS],
  longs: String,
});

const service = (name: string) => loaded[name] as ServiceDefinition;
const message = (name: string) => loaded[name] as MessageTypeDefinition<object, object>;

/** The services that are served. What is sent of a read may be given as its bytes. */
const streams = service('event_store.client.streams.Streams');
const read = streams.Read as MethodDefinition<object, object>;
/** EventStoreDB's `Streams`; what is sent of a read may be given as its bytes. */
export const streamsService = {
  ...streams,
  Read: {
    ...read,
    responseSerialize: (message: ReadResp | Buffer): Buffer =>
      Buffer.isBuffer(message) ? message : read.responseSerialize(message),
  },
};
/** EventStoreDB's `Gossip`. */
export const gossipService = service('event_store.client.gossip.Gossip');
/** EventStoreDB's `ServerFeatures`. */
export const serverFeaturesService = service('event_store.client.server_features.ServerFeatures');

/** A message as the details of an error: clients tell the kinds apart by the end of the URL. */
export function packed(name: string, value: object): { type_url: string; value: Uint8Array } {
  return { type_url: `type.googleapis.com/${name}`, value: message(name).serialize(value) };
}
