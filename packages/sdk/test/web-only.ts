import { readFile } from 'node:fs/promises';
import { createContext, SourceTextModule } from 'node:vm';

/**
 * Runs the built client in a context that has the globals of the web platform and nothing of Node, against a real
 * installation, and prints what became of it as JSON.
 *
 * Usage: node --experimental-vm-modules test/web-only.ts <built folder> <url> <key>
 */
const [folder, url, key] = process.argv.slice(2);
const { fetch, crypto, performance, URL, URLSearchParams, TextEncoder, TextDecoder } = globalThis;
const { AbortController, setTimeout, clearTimeout, btoa, Response, ReadableStream } = globalThis;
const context = createContext({
  ...{ fetch, crypto, performance, URL, URLSearchParams, TextEncoder, TextDecoder },
  ...{ AbortController, setTimeout, clearTimeout, btoa, Response, ReadableStream, url, key },
});

const modules = new Map<string, SourceTextModule>();
async function load(address: string): Promise<SourceTextModule> {
  const known = modules.get(address);
  if (known) return known;
  const module = new SourceTextModule(await readFile(new globalThis.URL(address), 'utf8'), {
    identifier: address,
    context,
  });
  modules.set(address, module);
  return module;
}

const base = new globalThis.URL(`file://${folder}/`).href;
const main = new SourceTextModule(
  `
  import { argumentsDigest, connect } from '${base}index.js';
  const client = connect({ url, key, agentId: 'bot' });
  const call = { tool: 'read', arguments: { path: '/tmp/a' }, reason: 'to look' };
  const result = await client.guard(call, ({ arguments: { path } }) => ({ path }));
  const [event] = await Array.fromAsync({
    async *[Symbol.asyncIterator]() {
      for await (const event of client.events.stream({ after: '0' })) { yield event; break; }
    },
  });
  const digest = await argumentsDigest({ a: 1 }, 'AAAAAAAAAAAAAAAAAAAAAA');
  globalThis.done = { result, event, digest, node: [typeof process, typeof Buffer, typeof require] };
  `,
  { context, identifier: `${base}main.js` },
);
await main.link((specifier: string, from: { identifier: string }) =>
  load(new globalThis.URL(specifier, from.identifier).href),
);
await main.evaluate();
console.log(JSON.stringify(context.done));
