export { serveDocuments } from './operations/documents.ts';
export { serveMetrics } from './operations/metrics.ts';
export { type ReadinessCheck, serveHealth } from './operations/readiness.ts';
export { measureRequests } from './operations/request-metrics.ts';
export type { AnswerOf, OpenStream } from './route/answer.ts';
export { judged, type RouteContext } from './route/context.ts';
export { type Handler, mount } from './route/mount.ts';
export { createServer, type ServerOptions } from './server/create-server.ts';
export type {
  Admission as EdgeAdmission,
  Admits,
  Allows,
  Answered,
  Authenticate,
  Authenticated,
  Edge,
  EndsAt,
  HasFlag,
  IsInForce,
  Refusal,
  RequestTarget,
  WhenDurable,
  Where,
} from './server/edge.ts';
export { isProblem } from './server/is-problem.ts';
export { DEFAULT_LIMITS, type ServerLimits } from './server/limits.ts';
export { closeServer, DEFAULT_GRACE_MS, listen } from './server/listen.ts';
export { type ResponseHeaders, rateHeaders, report, sendProblem } from './server/reply.ts';
export {
  DEFAULT_STREAM_LIMITS,
  type EventStream,
  openEventStream,
  type StreamLimits,
  type StreamMessage,
} from './stream/event-stream.ts';
export { holdBack } from './stream/hold-back.ts';
export { type Fault, findFaults } from './strict-json/find-faults.ts';
export { parseStrictJson, type StrictJson } from './strict-json/parse-strict-json.ts';
