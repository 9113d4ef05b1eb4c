/** Characters of one file: two of them fit into one request body. */
export const MAX_FILE_CHARS = 120_000;
/** Nesting of collections. */
export const MAX_YAML_DEPTH = 32;
/** Problems reported for one file; more than this is another file format. */
export const MAX_PROBLEMS = 200;
