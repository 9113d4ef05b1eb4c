import type Database from 'better-sqlite3';
import { type Column, type SideWrite, WRITTEN_COLUMNS, type WriteGroup } from './protocol.ts';

/** Writes a group in one transaction. When it returns, the group is on disk (`synchronous = FULL`). */
export function prepareGroupWriter(db: Database.Database): (group: WriteGroup) => void {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const insert = db.prepare<Column[]>('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)');
  const writeBeside = prepareSideWrites(db);

  return ({ first, columns, sideWrites }) => {
    begin.run();
    try {
      let position = first;
      for (let at = 0; at < columns.length; at += WRITTEN_COLUMNS) {
        insert.run(
          position,
          columns[at]!,
          columns[at + 1]!,
          columns[at + 2]!,
          columns[at + 3]!,
          columns[at + 4]!,
          columns[at + 5]!,
        );
        position += 1;
      }
      for (const write of sideWrites) writeBeside(write);
      commit.run();
    } catch (cause) {
      // A full disk or an I/O error may have ended the transaction already.
      if (db.inTransaction) rollback.run();
      throw cause;
    }
  };
}

function prepareSideWrites(db: Database.Database): (write: SideWrite) => void {
  const save = db.prepare('INSERT OR REPLACE INTO checkpoints VALUES (?, ?)');
  const park = db.prepare('INSERT OR REPLACE INTO parked VALUES (?, ?, ?, ?, ?, ?, ?)');
  const release = db.prepare('DELETE FROM parked WHERE consumer = ? AND subject = ? AND position = ?');
  return (write) => {
    switch (write.kind) {
      case 'checkpoint':
        save.run(write.consumer, write.position);
        break;
      case 'park':
        park.run(
          write.consumer,
          write.subject,
          write.position,
          write.organization,
          write.error,
          write.parkedAt,
          write.attempts,
        );
        break;
      case 'release':
        release.run(write.consumer, write.subject, write.position);
        break;
    }
  };
}
