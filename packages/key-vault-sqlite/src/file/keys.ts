import { type KeyObject, randomBytes } from 'node:crypto';
import {
  type DataKey,
  type KeyName,
  type KeyPage,
  type KeyRecord,
  type KeySelection,
  type MissingKey,
  newKeyId,
} from '@countersign/sealing';
import type { Database } from 'better-sqlite3';
import { unwrapKey, WRAPPED_BYTES, wrapKey } from '../master-key/wrapping.ts';

/** A key is there but does not open: its row was changed. */
export interface UnreadableKey {
  readonly unreadable: string;
}

/** The keys of an open vault. Synchronous; throws SQLite's errors, and then nothing of the operation is stored. */
export interface Keys {
  /** The live keys of the names, in their order; those that don't exist are made in one transaction. */
  give(names: readonly KeyName[]): readonly (DataKey | UnreadableKey)[];
  find(id: string): DataKey | MissingKey | UnreadableKey;
  /** Destroys at most `limit` keys of the selection and returns their ids; fewer than `limit`: these were the last. */
  destroy(selection: KeySelection, limit: number): readonly string[];
  list(selection: KeySelection, after: string, limit: number): KeyPage;
}

interface WrappedRow {
  readonly id: string;
  readonly wrapped: Uint8Array;
}

const PARTS = ['organization', 'subject', 'month', 'retention', 'id'] as const;

/** The keys of an open file, wrapped by the master key. */
export function createKeys(db: Database, master: KeyObject): Keys {
  const live = db.prepare<KeyName, WrappedRow>(
    `SELECT id, wrapped FROM data_key JOIN wrapped_key USING (slot)
     WHERE organization = @organization AND subject = @subject AND month = @month AND retention = @retention`,
  );
  const byId = db.prepare<[string], { wrapped: Uint8Array | null }>(
    'SELECT wrapped FROM data_key LEFT JOIN wrapped_key USING (slot) WHERE id = ?',
  );
  const insertWrapped = db.prepare<[Uint8Array]>('INSERT INTO wrapped_key (wrapped) VALUES (?)');
  const insertKey = db.prepare<KeyName & { id: string; slot: number | bigint }>(
    `INSERT INTO data_key (id, organization, subject, month, retention, slot)
     VALUES (@id, @organization, @subject, @month, @retention, @slot)`,
  );
  // As many bytes as before: SQLite writes them over the old ones, in place.
  const overwrite = db.prepare<[number]>(
    `UPDATE wrapped_key SET wrapped = zeroblob(${WRAPPED_BYTES}) WHERE slot = ?`,
  );
  const bury = db.prepare<[string]>('UPDATE data_key SET slot = NULL WHERE id = ?');

  const unwrap = ({ id, wrapped }: WrappedRow): DataKey | UnreadableKey => {
    const bytes = unwrapKey(master, id, wrapped);
    return bytes ? { id, bytes } : { unreadable: id };
  };

  const make = (name: KeyName): DataKey => {
    const id = newKeyId(name);
    const bytes = new Uint8Array(randomBytes(32));
    const slot = insertWrapped.run(wrapKey(master, id, bytes)).lastInsertRowid;
    insertKey.run({ ...name, id, slot });
    return { id, bytes };
  };

  const giveAll = db.transaction((names: readonly KeyName[]) =>
    names.map((name) => {
      const row = live.get(name);
      return row ? unwrap(row) : make(name);
    }),
  );

  const destroySome = db.transaction((selection: KeySelection, limit: number): string[] => {
    const rows = db
      .prepare<[KeySelection & { limit: number }], { id: string; slot: number }>(
        `SELECT id, slot FROM data_key WHERE slot IS NOT NULL AND ${condition(selection)} LIMIT @limit`,
      )
      .all({ ...selection, limit });
    for (const { id, slot } of rows) {
      bury.run(id);
      overwrite.run(slot);
    }
    return rows.map(({ id }) => id);
  });

  return {
    give: (names) => giveAll.immediate(names),

    find(id) {
      const row = byId.get(id);
      if (!row) return { id, missing: 'unknown' };
      return row.wrapped ? unwrap({ id, wrapped: row.wrapped }) : { id, missing: 'destroyed' };
    },

    destroy: (selection, limit) => destroySome.immediate(selection, limit),

    list(selection, after, limit) {
      const rows = db
        .prepare<
          [KeySelection & { after: string; most: number }],
          KeyName & { id: string; slot: number | null }
        >(
          `SELECT id, organization, subject, month, retention, slot FROM data_key
           WHERE ${condition(selection)} AND id > @after ORDER BY id LIMIT @most`,
        )
        .all({ ...selection, after, most: limit + 1 });
      const keys = rows
        .slice(0, limit)
        .map(({ slot, ...key }): KeyRecord => ({ ...key, destroyed: slot === null }));
      return { keys, next: rows.length > limit ? keys.at(-1)!.id : null };
    },
  };
}

/** Only the given parts stand in it, so that SQLite can use its indexes. */
function condition(selection: KeySelection): string {
  return PARTS.filter((part) => selection[part] !== undefined)
    .map((part) => `${part} = @${part}`)
    .join(' AND ');
}
