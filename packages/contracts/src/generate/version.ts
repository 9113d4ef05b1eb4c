/** The version of the documents: the release that they describe. */
export const VERSION = '0.1.0';
