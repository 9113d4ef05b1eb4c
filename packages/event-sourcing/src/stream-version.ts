/** Number of events in a stream: 0 = no stream, 1 = one event; the same in every adapter (Equinox' convention). */
export type StreamVersion = number;

/** What an append demands of the stream. There is no "any": a blind write is not possible. */
export type ExpectedVersion = StreamVersion | 'no-stream';

/** Expects that nothing was ever appended to the stream. */
export const NO_STREAM = 'no-stream' as const;

/** The version that an expectation names; `no-stream` is version 0. */
export function versionOf(expected: ExpectedVersion): StreamVersion {
  return expected === NO_STREAM ? 0 : expected;
}
