/** Deepest nesting of arrays and objects that is read. The outermost one has depth 1. */
export const MAX_DEPTH = 32;

/** Most faults that one answer lists, so that a bad body can't make a huge reply. */
export const MAX_FAULTS = 20;

/**
 * Numbers from here on are written with an exponent in RFC 8785 form, so they can't be mistaken for integers. Below,
 * a number beyond the safe integers would be re-written as an integer that other readers round.
 */
export const EXPONENT_FORM_FROM = 1e21;
