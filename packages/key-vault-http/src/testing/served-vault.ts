import { createSecretKey } from 'node:crypto';
import { closeServer, createServer, listen } from '@countersign/http';
import { type ClusterClient, createClusterClient, serveCluster } from '@countersign/internal-http';
import { newClusterKey } from '@countersign/internal-http/testing';
import type { KeyVault } from '@countersign/sealing';
import { createLogger } from '@countersign/telemetry';
import { collectLogs } from '@countersign/testing';
import { createHttpKeyVault, keyVaultCalls } from '../index.ts';

/** The key under which the served vault's permits are derived. */
export const PERMITS = Buffer.alloc(32, 1);
/** The one for the shapes of arguments. */
export const SHAPES = Buffer.alloc(32, 2);
const HANDLERS = Buffer.alloc(32, 3);

/** A vault behind a server, and a client of it. Closing the client's vault ends all three. */
export interface ServedVault {
  readonly vault: KeyVault;
  readonly client: ClusterClient;
  readonly url: URL;
  /** Ends the server and what is behind it, and nothing else. */
  stop(): Promise<void>;
}

/** A vault behind a server and a client of it, both with one key of a cluster. */
export async function serveVault(behind: KeyVault): Promise<ServedVault> {
  const key = newClusterKey();
  const app = createServer({
    logger: createLogger({ level: 'fatal', service: 'test', destination: collectLogs() }),
  });
  const installationKeys = {
    permits: createSecretKey(PERMITS),
    'argument-shapes': createSecretKey(SHAPES),
    'access-handlers': createSecretKey(HANDLERS),
  };
  serveCluster(app, { key, nowMs: Date.now }, keyVaultCalls(behind, installationKeys));
  const url = await listen(app, '127.0.0.1', 0);
  const client = createClusterClient({ url, key, nowMs: Date.now });
  const vault = createHttpKeyVault(client);
  const stop = async () => {
    await closeServer(app, 0);
    await behind.close();
  };
  return {
    client,
    url,
    stop,
    vault: {
      ...vault,
      async close() {
        await vault.close();
        await client.close();
        await stop();
      },
    },
  };
}
