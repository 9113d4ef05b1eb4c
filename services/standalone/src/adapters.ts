import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  isOpenError,
  ledgerFile,
  makeDirectory,
  openSqliteEventStore,
  type SqliteEventStore,
} from '@countersign/event-store-sqlite';
import {
  deriveInstallationKey,
  openSqliteKeyVault,
  type SqliteKeyVault,
} from '@countersign/key-vault-sqlite';
import type { ViewStore } from '@countersign/processing';
import type { Logger } from '@countersign/telemetry';
import { createSqliteViewStore } from '@countersign/view-store-sqlite';
import type { Config } from './config.ts';

/** What the installation keeps on disk, open. */
export interface Adapters {
  readonly store: SqliteEventStore;
  readonly vault: SqliteKeyVault;
  readonly views: ViewStore;
  readonly permitKey: KeyObject;
  readonly shapeKey: KeyObject;
  readonly handlerKey: KeyObject;
  close(): Promise<void>;
}

/** Why the start is refused, in words for the operator. */
export interface StartRefused {
  readonly refused: string;
}

/** Opens ledger, key vault and views of a data directory. The ledger comes first: its lock says who is alone. */
export async function openAdapters(config: Config, logger: Logger): Promise<Adapters | StartRefused> {
  const { dataDirectory, masterKeyFile } = config;
  try {
    makeDirectory(dataDirectory);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return {
      refused: `the data directory ${dataDirectory} can not be made: ${why}; remedy: name another with COUNTERSIGN_DATA_DIR`,
    };
  }
  const file = join(dataDirectory, 'keys.sqlite');
  const ledger = ledgerFile(dataDirectory);
  if (existsSync(file) && !existsSync(ledger)) {
    return {
      refused: `${ledger} is gone, while the key vault of it is there; remedy: restore the latest verified backup into an empty directory, or name an empty one to begin anew`,
    };
  }
  const store = await openSqliteEventStore({ directory: dataDirectory });
  if (isOpenError(store)) return { refused: `${store.directory}: ${store.detail}; remedy: ${store.remedy}` };
  if (store.durablePosition > 0 && !existsSync(file)) {
    await store.close();
    return {
      refused: `${file} is gone, and with it the keys of everything sealed; remedy: restore it from its own backup`,
    };
  }
  const vault = openSqliteKeyVault({ file, masterKeyFile, createMasterKey: !config.masterKeyNamed });
  if ('code' in vault) {
    await store.close();
    return { refused: vault.detail };
  }
  const permitKey = deriveInstallationKey(masterKeyFile, 'permits');
  const shapeKey = deriveInstallationKey(masterKeyFile, 'argument-shapes');
  const handlerKey = deriveInstallationKey(masterKeyFile, 'access-handlers');
  if ('code' in permitKey || 'code' in shapeKey || 'code' in handlerKey) {
    await Promise.all([store.close(), vault.close()]);
    return { refused: 'code' in permitKey ? permitKey.detail : 'the master key can not be read' };
  }
  const views = createSqliteViewStore({
    file: join(dataDirectory, 'views.sqlite'),
    onDiscarded: (why) => logger.warn({ why }, 'the views are rebuilt from the ledger'),
  });
  return {
    store,
    vault,
    views,
    permitKey,
    shapeKey,
    handlerKey,
    async close() {
      await views.close();
      await vault.close();
      await store.close();
    },
  };
}
