import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory of its own for one test; it is gone with everything in it when its scope ends. */
export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string;
}

/** Makes one: `await using directory = await temporaryDirectory();` */
export async function temporaryDirectory(): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'countersign-'));
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
