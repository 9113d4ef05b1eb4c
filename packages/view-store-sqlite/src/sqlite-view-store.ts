import {
  checkDefinition,
  checkQuery,
  describeDefinitions,
  type ViewDefinition,
  type ViewRow,
  type ViewStore,
} from '@countersign/processing';
import { encodeWrites } from './encode.ts';
import { startWorker } from './worker-client.ts';

/** Where views are stored. All of it can be rebuilt, so nothing of it is backed up. */
export interface SqliteViewStoreOptions {
  /** Path of the database; its directory exists. Created if absent. */
  readonly file: string;
  /** Told why the file was deleted (damaged, another format): everything is rebuilt from the ledger. */
  readonly onDiscarded?: (reason: string) => void;
}

/**
 * Views in an SQLite file of their own, written by a worker thread. The file may be deleted at any time while nobody
 * has it open; what a crash loses of it is made again from the ledger.
 */
export function createSqliteViewStore(options: SqliteViewStoreOptions): ViewStore {
  const worker = startWorker(options.file, options.onDiscarded ?? (() => {}));
  const groups = new Map<string, readonly string[]>();
  const views = new Map<string, ViewDefinition>();

  const definitionOf = (view: string): ViewDefinition => {
    const definition = views.get(view);
    if (!definition) throw new RangeError(`view "${view}" is not open`);
    return definition;
  };
  const forget = (group: string) => {
    for (const view of groups.get(group) ?? []) views.delete(view);
    groups.delete(group);
  };
  const remember = (group: string, definitions: readonly ViewDefinition[]) => {
    const names = definitions.map((definition) => definition.name);
    for (const [other, owned] of groups) if (owned.some((name) => names.includes(name))) forget(other);
    forget(group);
    groups.set(group, names);
    for (const definition of definitions) views.set(definition.name, definition);
  };

  return {
    async open(group, definitions, head) {
      definitions.forEach(checkDefinition);
      const description = describeDefinitions(definitions);
      const checkpoint = await worker.ask('open', { group, definitions, description, head });
      remember(group, definitions);
      return checkpoint;
    },
    async commit(group, writes, checkpoint) {
      if (!groups.has(group)) throw new RangeError(`group "${group}" is not open`);
      await worker.ask('commit', { group, batches: encodeWrites(writes, definitionOf), checkpoint });
    },
    async get(view, keys) {
      definitionOf(view);
      const bodies = await worker.ask('get', { view, keys });
      const rows = new Map<string, ViewRow>();
      for (const [index, body] of bodies.entries()) {
        if (body !== null) rows.set(keys[index] as string, JSON.parse(body));
      }
      return rows;
    },
    async query(view, query) {
      checkQuery(definitionOf(view), query);
      const found = await worker.ask('query', { view, query });
      const rows = [];
      for (let i = 0; i < found.length; i += 2) {
        rows.push({ key: found[i] as string, row: JSON.parse(found[i + 1] as string) });
      }
      return rows;
    },
    close: worker.close,
  };
}
