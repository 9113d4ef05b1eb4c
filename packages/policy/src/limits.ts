/**
 * Every bound of the policy language, by name. They hold at load time except where the comment says otherwise;
 * a file that passes them can be evaluated in bounded time whatever an agent sends.
 */

/** Rules of one policy. */
export const MAX_RULES = 200;
/** Named expressions of one policy. */
export const MAX_VARIABLES = 50;
/** Entries of one `match` selector. */
export const MAX_MATCH_ENTRIES = 100;
/** Approvers that one rule names. */
export const MAX_APPROVERS = 20;
/** People that one rule may ask for. */
export const MAX_QUORUM = 10;
/** Argument paths that one rule may redact. */
export const MAX_REDACTIONS = 50;
/** Characters of a `description`. */
export const MAX_DESCRIPTION_CHARS = 500;
/** Shortest time a human may be given, in milliseconds: one second. */
export const MIN_TTL_MS = 1_000;
/** Longest time a human may be given, in milliseconds: seven days. */
export const MAX_TTL_MS = 604_800_000;
/** What a require_approval rule without `ttl` gives a human, in milliseconds. */
export const DEFAULT_TTL_MS = 60_000;

/** Characters of one CEL expression. */
export const MAX_EXPRESSION_CHARS = 2_000;
/** Nodes of one CEL syntax tree. */
export const MAX_AST_NODES = 250;
/** Nesting of one CEL syntax tree. */
export const MAX_AST_DEPTH = 32;
/** Elements of a list or map literal. */
export const MAX_LITERAL_ELEMENTS = 100;
/** Steps of one expression in the worst case, as estimated by `expressions/cost.ts`; about 20 ms. */
export const MAX_EXPRESSION_COST = 200_000;
/** Steps of all expressions of one policy together in the worst case. */
export const MAX_POLICY_COST = 2_000_000;

/** Steps of all tests of one policy together, each counted with the arguments that it gives; see `policy-tests/test-cost.ts`. */
export const MAX_TEST_COST = 10_000_000;

/** At run time: elements of one list or object in the arguments that an expression can read. */
export const MAX_ARGUMENT_ELEMENTS = 1_000;
/** Characters that count as much as one element: the largest arguments of a call, 256 KiB, are as many elements as a list may have. */
export const CHARS_OF_AN_ELEMENT = 262;
/** At run time: nesting of the arguments that an expression can read. */
export const MAX_ARGUMENT_DEPTH = 32;
/** At run time: characters of a reason; the rest is cut off. */
export const MAX_REASON_CHARS = 500;
/** At run time: characters of an expression that an error message quotes. */
export const MAX_QUOTED_CHARS = 120;
/** At run time: entries of each list of obligations that all fired rules add up to; more deny the call. */
export const MAX_MERGED_OBLIGATIONS = 50;

/** Fixtures of one file of tests. */
export const MAX_FIXTURES = 50;
/** Tests of one file. */
export const MAX_TESTS = 500;
/** Characters of one fact outside the arguments: calls have no longer ones, and so have tests. */
export const MAX_FACT_CHARS = 2_000;
/** Roles that the user of a test has. */
export const MAX_FACT_ROLES = 200;
