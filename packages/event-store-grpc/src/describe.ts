import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { streamsService } from './protocol/definitions.ts';
import type { ClusterInfo, Empty, SupportedMethods } from './protocol/messages.ts';

/** The version whose protocol is spoken: three plain integers, else some clients end. */
const SPOKEN_VERSION = '24.10.0';
/** "Leader", as the protocol numbers it. */
const LEADER = 8;
const DEFAULT_PORT = 2113;

/** Names in lower case: some clients look for them so. Needs no key, for clients send none with it. */
const METHODS: SupportedMethods = {
  eventStoreServerVersion: SPOKEN_VERSION,
  methods: Object.values(streamsService).map(({ path }) => {
    const [, serviceName = '', methodName = ''] = path.toLowerCase().split('/');
    return { serviceName, methodName };
  }),
};

/** Answers which methods there are: clients choose by it how to append. */
export function describeMethods(_call: unknown, answer: sendUnaryData<SupportedMethods>): void {
  answer(null, METHODS);
}

/** One member, the leader, at the address that the client itself has used: that one it can reach. */
export function describeSelf(
  call: ServerUnaryCall<Empty, ClusterInfo>,
  answer: sendUnaryData<ClusterInfo>,
): void {
  const { hostname, port } = new URL(`http://${call.getHost()}`);
  answer(null, {
    members: [
      {
        state: LEADER,
        isAlive: true,
        timeStamp: '0',
        httpEndPoint: { address: hostname, port: Number(port || DEFAULT_PORT) },
      },
    ],
  });
}
