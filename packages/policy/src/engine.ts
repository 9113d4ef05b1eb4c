/**
 * What evaluates: the CEL library with its version, and the version of this package's own semantics (combining,
 * risk score). Part of every policy set digest, so that a stored decision names what produced it.
 */
export const ENGINE = { name: '@marcbachmann/cel-js', version: '8.0.0', semantics: 1 } as const;
