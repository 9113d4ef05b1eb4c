/** Subschemas in one input schema, the root included. Compiling that many takes some 20 ms. */
export const MAX_SUBSCHEMAS = 5_000;

/**
 * What all patterns of one input schema come to together: their characters, one for each piece that they have when their
 * repetitions are written out (`[a-z]{9}` has some 18), 50 for each Unicode class, and 600 for each range beyond ASCII
 * where case does not matter. Compiling that takes some 50 ms.
 */
export const MAX_PATTERN_SIZE = 10_000;

/** Levels of subschemas that one value can meet on its way down, references followed: it bounds the call stack. */
export const MAX_NESTING = 512;

/** Levels of JSON in an input schema. HTTP bodies have at most 32. */
export const MAX_SCHEMA_DEPTH = 64;

/**
 * Steps of one check of arguments. A step is a subschema or keyword that meets a value, a name looked up, 16 characters
 * read or 3 pattern instructions run over a character: 15 to 60 ns. Counted, not timed: the same arguments always end
 * alike.
 */
export const MAX_STEPS = 3_000_000;

/** Problems reported for one set of arguments, and for one input schema. */
export const MAX_ARGUMENT_ERRORS = 20;

/** Characters of an identifier, an anchor or a reference in an input schema. */
export const MAX_REFERENCE_CHARS = 1_000;
