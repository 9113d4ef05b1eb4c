/**
 * Every limit of a public body, by name. Lengths count UTF-16 code units, as JavaScript strings do.
 * The whole body is bounded before these apply (256 KiB, depth 32: `@countersign/http`).
 */

/** Longest id that people choose, and longest tool name. */
export const MAX_ID_CHARS = 63;
/** Longest `display_name` of a user or an agent, and `name` of a key. */
export const MAX_NAME_CHARS = 200;
/** Longest `reason` that a person or an agent gives. */
export const MAX_REASON_CHARS = 2_000;
/** Longest `reasoning` of an agent. */
export const MAX_REASONING_CHARS = 16_000;
/** Longest message of a reason that Countersign gives. */
export const MAX_MESSAGE_CHARS = 1_000;
/** Longest `error` text of an outcome. */
export const MAX_ERROR_CHARS = 16_000;
/** Longest description of a tool or a plan. */
export const MAX_DESCRIPTION_CHARS = 4_000;
/** Longest CEL expression in a tool declaration. */
export const MAX_EXPRESSION_CHARS = 4_000;
/** Longest JSON pointer. */
export const MAX_POINTER_CHARS = 500;
/** Longest policy text, and longest text of its tests. */
export const MAX_POLICY_CHARS = 120_000;
/** Most users that one agent may act for by name. */
export const MAX_ACTS_FOR = 1_000;
/** Most signing keys of one agent in force: one in use, one that follows it, and some to spare. */
export const MAX_SIGNING_KEYS = 5;
/** Most role assignments of one user. */
export const MAX_ROLES = 100;
/** Most members of one group. */
export const MAX_MEMBERS = 1_000;
/** Most roles that one scope has. */
export const MAX_ROLES_OF_SCOPE = 202;
/** Most permissions that one role names. */
export const MAX_ROLE_PERMISSIONS = 200;
/** Most permissions that one tool may require. */
export const MAX_REQUIRED_PERMISSIONS = 50;
/** Most approvers that one obligation may name, and most people in one quorum. */
export const MAX_APPROVERS = 50;
/**
 * Most entries of one access list, delegated ones included: an event that holds a whole list must stay appendable. The same as
 * in `@countersign/access`.
 */
export const MAX_ACL_ENTRIES = 1_000;
/** Most agents that one entry may be handed on to, where it names them. */
export const MAX_DELEGATES = 100;
/** Most work intents that one may depend on. */
export const MAX_DEPENDENCIES = 100;
/** Most entries of a work intent's state that its context may inject. */
export const MAX_INJECTED = 100;
/** Most agents that the governance policy of a work intent may name. */
export const MAX_ALLOWED_AGENTS = 100;
/** Longest time of a lease, in seconds: a day. It may be renewed. */
export const MAX_LEASE_SECONDS = 86_400;
/** Most patches of a state in one request. */
export const MAX_PATCHES = 200;
/** Longest state of a work intent, as JSON: each change records the whole of it. */
export const MAX_STATE_CHARS = 64 * 1024;
/** Most often that something may be handed on, where a number is given. */
export const MAX_DELEGATION_DEPTH = 100;
/** Most argument pointers that one obligation may redact. */
export const MAX_REDACTIONS = 100;
/** Most quotas of one counter or gauge, at different scopes or periods. */
export const MAX_QUOTAS_PER_KEY = 20;
/** Most throttles of one plan. */
export const MAX_THROTTLES = 50;
/** Most endpoints or categories that one throttle may name. */
export const MAX_THROTTLE_TARGETS = 100;
/** Longest wait of one request for an answer, in milliseconds. */
export const MAX_WAIT_MS = 30_000;
/** Longest run that a tool may declare or an outcome report, in milliseconds: one week. */
export const MAX_DURATION_MS = 604_800_000;
/** Longest time that a rotated key is good for beside its successor, in milliseconds: one week. */
export const MAX_OVERLAP_MS = 604_800_000;
/** Longest time that an invitation waits to be accepted, in milliseconds: 30 days. */
export const MAX_INVITATION_MS = 2_592_000_000;
/** Longest `Idempotency-Key`. */
export const MAX_IDEMPOTENCY_KEY_CHARS = 255;
/** Longest permit token; one is about 85 characters. */
export const MAX_PERMIT_CHARS = 200;
/** Longest `position` or `after` cursor. */
export const MAX_CURSOR_CHARS = 200;
/** Longest stream name. */
export const MAX_STREAM_CHARS = 200;
/** Items of a list when `limit` is not given. */
export const DEFAULT_PAGE_SIZE = 100;
/** Most items of a list. */
export const MAX_PAGE_SIZE = 1_000;
/** Most event types in one `types` filter. */
export const MAX_TYPES_FILTER = 50;
/** Highest risk, trust or other score. */
export const MAX_SCORE = 1_000;
/** Most capabilities that a request for access may name. */
export const MAX_CAPABILITIES = 50;
/** Longest capability that a request for access names. */
export const MAX_CAPABILITY_CHARS = 200;
/** Longest time that a request for access may wait, in hours: a year. */
export const MAX_REVIEW_HOURS = 8_760;
/** Most handlers of requests for access in one organization: each is asked about every request. */
export const MAX_ACCESS_HANDLERS = 10;
/** Longest address of a handler. */
export const MAX_URL_CHARS = 2_000;
/** Shortest time that a handler is given for one answer, in milliseconds. */
export const MIN_HANDLER_TIMEOUT_MS = 100;
/** Longest time that a handler is given for one answer, in milliseconds. */
export const MAX_HANDLER_TIMEOUT_MS = 30_000;
/** Most items that a list may be asked to pass over, where it counts them. */
export const MAX_OFFSET = 1_000_000;
