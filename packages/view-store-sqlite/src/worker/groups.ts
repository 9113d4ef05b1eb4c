import type { ViewDefinition } from '@countersign/processing';
import type { Database } from 'better-sqlite3';
import { createTable, dropTable } from './table.ts';

/** Which views a group has, as built by which definitions, and how far it has got. */
export interface Groups {
  /** The group's checkpoint; 0 after its views were made anew. */
  open(group: string, definitions: readonly ViewDefinition[], description: string, head: number): number;
  /** Moves a group's checkpoint. @throws Error if the group was taken apart meanwhile. */
  advance(group: string, checkpoint: number): void;
}

interface GroupRow {
  readonly name: string;
  readonly description: string;
  readonly views: string;
  readonly checkpoint: number;
}

/** The groups that the file knows, and their checkpoints. */
export function openGroups(database: Database): Groups {
  const all = database.prepare<[], GroupRow>('SELECT * FROM groups');
  const insert = database.prepare('INSERT INTO groups VALUES (?, ?, ?, 0)');
  const remove = database.prepare('DELETE FROM groups WHERE name = ?');
  const update = database.prepare('UPDATE groups SET checkpoint = ? WHERE name = ?');

  const drop = (group: GroupRow) => {
    for (const view of JSON.parse(group.views) as string[]) dropTable(database, view);
    remove.run(group.name);
  };

  return {
    open: database.transaction((group, definitions, description, head) => {
      const known = all.all();
      const own = known.find((row) => row.name === group);
      if (own && own.description === description && own.checkpoint <= head) return own.checkpoint;
      const names = definitions.map((definition: ViewDefinition) => definition.name);
      for (const row of known) {
        const shares = (JSON.parse(row.views) as string[]).some((view) => names.includes(view));
        if (row === own || shares) drop(row);
      }
      for (const definition of definitions) createTable(database, definition);
      insert.run(group, description, JSON.stringify(names));
      return 0;
    }) as Groups['open'],
    advance(group, checkpoint) {
      if (update.run(checkpoint, group).changes === 0) throw new Error(`group "${group}" is not open`);
    },
  };
}
