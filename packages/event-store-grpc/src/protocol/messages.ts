/**
 * The messages as they are handed over: 64-bit integers are decimal strings, a field that is not set is absent. Only what
 * is read or written here is named.
 */
export type Empty = Readonly<Record<string, never>>;
/** A 64-bit number as decimal text. */
export type U64 = string;

/** `UUID`: clients send either form. */
export interface Uuid {
  readonly string?: string;
  readonly structured?: { readonly mostSignificantBits?: string; readonly leastSignificantBits?: string };
}

/** `StreamIdentifier`. */
export interface StreamIdentifier {
  readonly streamName?: Uint8Array;
}

interface GlobalPosition {
  readonly commitPosition: U64;
  readonly preparePosition: U64;
}

interface Expression {
  readonly regex?: string;
  readonly prefix?: readonly string[];
}

/** `ReadReq.Options.FilterOptions`. */
export interface FilterOptions {
  readonly streamIdentifier?: Expression;
  readonly eventType?: Expression;
  readonly max?: number;
  readonly checkpointIntervalMultiplier?: number;
}

/** `ReadReq`, also of subscriptions. */
export interface ReadReq {
  readonly options?: {
    readonly stream?: {
      readonly streamIdentifier?: StreamIdentifier;
      readonly revision?: U64;
      readonly start?: Empty;
      readonly end?: Empty;
    };
    readonly all?: {
      readonly position?: Partial<GlobalPosition>;
      readonly start?: Empty;
      readonly end?: Empty;
    };
    readonly readDirection?: number;
    readonly count?: U64;
    readonly subscription?: Empty;
    readonly filter?: FilterOptions;
  };
}

interface WireEvent {
  readonly id: Uuid;
  readonly streamIdentifier: StreamIdentifier;
  readonly streamRevision: U64;
  readonly preparePosition: U64;
  readonly commitPosition: U64;
  readonly metadata: Readonly<Record<string, string>>;
  readonly customMetadata: Uint8Array;
  readonly data: Uint8Array;
}

/** `ReadResp`, as far as it is sent. */
export type ReadResp =
  | { readonly event: { readonly event: WireEvent; readonly commitPosition: U64 } }
  | { readonly confirmation: { readonly subscriptionId: string } }
  | { readonly checkpoint: GlobalPosition }
  | { readonly streamNotFound: { readonly streamIdentifier: StreamIdentifier } }
  | { readonly caughtUp: Empty };

/** `AppendReq.ProposedMessage`; the batch call's has the same members. */
export interface ProposedMessage {
  readonly id?: Uuid;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly customMetadata?: Uint8Array;
  readonly data?: Uint8Array;
}

/** The expectation of an append as the request says it; `streamPosition` is the batch append's name of `revision`. */
export interface ExpectedRevision {
  readonly revision?: U64;
  readonly streamPosition?: U64;
  readonly noStream?: Empty;
  readonly any?: Empty;
  readonly streamExists?: Empty;
}

/** `AppendReq.Options`. */
export interface AppendOptions extends ExpectedRevision {
  readonly streamIdentifier?: StreamIdentifier;
}

/** `AppendReq`: options first, then events. */
export interface AppendReq {
  readonly options?: AppendOptions;
  readonly proposedMessage?: ProposedMessage;
}

/** `AppendResp.Success`. */
export interface AppendSuccess {
  readonly currentRevision: U64;
  readonly position: GlobalPosition;
}

/** `AppendResp`. */
export interface AppendResp {
  readonly success?: AppendSuccess;
  readonly wrongExpectedVersion?: {
    readonly currentRevision?: U64;
    readonly currentNoStream?: Empty;
    readonly expectedRevision?: U64;
    readonly expectedNoStream?: Empty;
  };
}

/** `BatchAppendReq`: one append may come in several. */
export interface BatchAppendReq {
  readonly correlationId?: Uuid;
  readonly options?: AppendOptions;
  readonly proposedMessages?: readonly ProposedMessage[];
  readonly isFinal?: boolean;
}

/** The error of one batch; `details` is one of the messages that clients know, packed (`Any` keeps its own names). */
export interface BatchStatus {
  readonly code: number;
  readonly message: string;
  readonly details: { readonly type_url: string; readonly value: Uint8Array };
}

/** Says again what was expected. */
export interface BatchAppendResp extends ExpectedRevision {
  readonly correlationId: Uuid;
  readonly error?: BatchStatus;
  readonly success?: AppendSuccess;
  readonly streamIdentifier: StreamIdentifier;
}

/** `SupportedMethods`. */
export interface SupportedMethods {
  readonly methods: readonly { readonly methodName: string; readonly serviceName: string }[];
  readonly eventStoreServerVersion: string;
}

/** `ClusterInfo`: one member, this server. */
export interface ClusterInfo {
  readonly members: readonly {
    readonly state: number;
    readonly isAlive: boolean;
    readonly timeStamp: string;
    readonly httpEndPoint: { readonly address: string; readonly port: number };
  }[];
}
