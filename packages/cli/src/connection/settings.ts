import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import type { Io } from '../terminal/io.ts';

/** The options of every verb that speaks with an installation. */
export interface ConnectionOptions {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly organization?: string | undefined;
}

/** Where the installation is, and the key for it. */
export interface Connection {
  readonly url: string;
  readonly key: string;
  readonly organization: string | undefined;
}

/** Variables of the client side; an installation has no such settings. */
export const CLIENT_VARIABLES = ['COUNTERSIGN_URL', 'COUNTERSIGN_KEY', 'COUNTERSIGN_KEY_FILE'] as const;

const DEFAULT_URL = 'http://127.0.0.1:7070';
const DEFAULT_DATA_DIRECTORY = '.countersign';

/** The data directory that is meant where none is named. */
export function dataDirectoryOf(env: Io['env']): string {
  return env.COUNTERSIGN_DATA_DIR?.trim() || DEFAULT_DATA_DIRECTORY;
}

/** Options win over variables. The owner's key of the data directory is never sent to another machine unasked. */
export function readConnection(options: ConnectionOptions, env: Io['env']): Connection {
  const url = options.url ?? (env.COUNTERSIGN_URL?.trim() || DEFAULT_URL);
  if (!URL.canParse(url)) notAnAddress(url);
  return { url, key: readKey(options, env, url), organization: options.organization };
}

function readKey(options: ConnectionOptions, env: Io['env'], url: string): string {
  if (options.key !== undefined) return options.key;
  if (options.keyFile !== undefined) return readKeyFile(options.keyFile, '--key-file');
  if (env.COUNTERSIGN_KEY?.trim()) return env.COUNTERSIGN_KEY.trim();
  const named = env.COUNTERSIGN_KEY_FILE?.trim();
  if (named) return readKeyFile(named, 'COUNTERSIGN_KEY_FILE');
  const ownerKey = join(dataDirectoryOf(env), 'owner.key');
  if (!isThisMachine(url)) return noKey(`no key for ${url}`);
  return readKeyFile(ownerKey, 'the owner’s key');
}

function readKeyFile(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    return noKey(`${what}: ${file} can't be read (${code})`);
  }
}

function notAnAddress(text: string): never {
  return fail({
    exitCode: EXIT.usage,
    code: 'usage',
    detail: `${text} is no address`,
    remedy: `give one with --url or COUNTERSIGN_URL, such as ${DEFAULT_URL}`,
  });
}

function noKey(detail: string): never {
  return fail({
    exitCode: EXIT.auth,
    code: 'no_key',
    detail,
    remedy:
      'give one with --key-file, COUNTERSIGN_KEY or COUNTERSIGN_KEY_FILE, or run where the installation’s data directory is (COUNTERSIGN_DATA_DIR)',
  });
}

function isThisMachine(url: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
}
