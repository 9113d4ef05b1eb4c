/** Marks the file as a ledger of ours ("CSLG"); written once, checked at every open. */
export const APPLICATION_ID = 0x43534c47;
/** Version of the tables below. */
export const SCHEMA_VERSION = 1;

/**
 * One row per event. The only index follows (stream, version): stream names are time-ordered, so its insertion points
 * are few; an index on ids, which are partly random, would make inserts slower with every million events.
 * `body` is JSON of what is only read as a whole: time, correlation, causation, traceparent, data, sealed.
 */
export const SCHEMA = `
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    organization TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX events_by_stream ON events (stream, version);
  CREATE TABLE checkpoints (
    consumer TEXT PRIMARY KEY,
    position INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE parked (
    consumer TEXT NOT NULL,
    subject TEXT NOT NULL,
    position INTEGER NOT NULL,
    organization TEXT NOT NULL,
    error TEXT,
    parked_at TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    PRIMARY KEY (consumer, subject, position)
  ) STRICT, WITHOUT ROWID;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;
