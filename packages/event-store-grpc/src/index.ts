export type { Access, Callers, Reading } from './access.ts';
export {
  DEFAULT_MAX_APPEND_BYTES,
  DEFAULT_MAX_APPEND_EVENTS,
  MAX_MESSAGE_BYTES,
} from './limits.ts';
export type { CannotListen, GrpcServer, GrpcServerOptions } from './server.ts';
export { startGrpcServer } from './server.ts';
export type { Certificate } from './tls/self-signed.ts';
export { makeSelfSigned } from './tls/self-signed.ts';
