import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startStandalone } from './standalone-process.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const ready = async (url: string) => (await fetch(`${url}/readyz`)).status;

describe('an installation in a process of its own', () => {
  it('answers, knows its owner, and is gone with its directory when it is stopped', async () => {
    const standalone = await startStandalone();
    const { url, ownerKey, dataDirectory } = standalone;
    expect(await ready(url)).toBe(200);
    const users = await fetch(`${url}/v1/users`, { headers: { authorization: `Bearer ${ownerKey}` } });
    expect(users.status).toBe(200);
    expect(await standalone.stop()).toBe(0);
    await expect(ready(url)).rejects.toThrow('fetch failed');
    expect(existsSync(dataDirectory)).toBe(false);
  });

  it('comes back on the same data after it was killed', async () => {
    await using directory = await temporaryDirectory();
    const first = await startStandalone({ dataDirectory: directory.path });
    await first.kill();
    await using second = await startStandalone({ dataDirectory: directory.path });
    expect(second.ownerKey).toBe(first.ownerKey);
    expect(second.pid).not.toBe(first.pid);
    expect(await ready(second.url)).toBe(200);
  });

  it('says what it wrote when it does not start', async () => {
    const start = startStandalone({ env: { COUNTERSIGN_PERMIT_TTL_MS: 'soon' } });
    await expect(start).rejects.toThrow(/ended before it listened:[\s\S]*COUNTERSIGN_PERMIT_TTL_MS/);
  });
});
