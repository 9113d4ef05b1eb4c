import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ownerKeyFile, readOwnerKey, writeOwnerKey } from './owner-key.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'countersign-'));
  file = ownerKeyFile(directory);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe("the owner's key", () => {
  it('is kept in one line that only its owner reads', () => {
    expect(readOwnerKey(file)).toBeNull();
    writeOwnerKey(file, 'cs_one');
    expect(readOwnerKey(file)).toBe('cs_one');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is not there while a start that was cut off had only begun to write it', () => {
    writeFileSync(`${file}.new`, 'cs_o', { mode: 0o600 });
    expect(readOwnerKey(file)).toBeNull();
    writeOwnerKey(file, 'cs_two');
    expect(readOwnerKey(file)).toBe('cs_two');
    expect(existsSync(`${file}.new`)).toBe(false);
  });
});
