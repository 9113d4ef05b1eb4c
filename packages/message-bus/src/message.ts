import type { JsonObject, SealedFields } from '@countersign/event-sourcing';

/**
 * A public event on its way between services: what one stored event becomes, one to one. The CloudEvents form of it is
 * made where it leaves Countersign (HTTP, SSE, Kafka).
 */
export interface Message<Data = JsonObject> {
  readonly id: string;
  /** Public type, e.g. `agent.tool.requested`. */
  readonly type: string;
  /** `null` for events that are readable over HTTP but on no topic (`audit.*`). */
  readonly topic: string | null;
  /** The service that decided it. */
  readonly service: string;
  /** The stream. */
  readonly subject: string;
  /** The event's version in its stream: gapless. */
  readonly sequence: number;
  /** Place in the ledger's global order. */
  readonly position: number;
  readonly time: string;
  /** Tenant and partition key. */
  readonly organization: string;
  readonly correlation?: string;
  readonly causation?: string;
  readonly traceparent?: string;
  readonly data: Data;
  readonly sealed?: SealedFields;
}
