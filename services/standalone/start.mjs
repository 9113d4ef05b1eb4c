import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

/**
 * The entry of the process. The sources run as they are; what stripping and compiling them gives is kept from one start to
 * the next: a warm start takes half the time, and without the compiler of types in each thread a quarter less memory.
 * So this file is JavaScript, for nothing is to be stripped before. The variable tells the threads. The cache lies beside
 * the code, with the code's rights; where nothing can be written there, every start is a cold one.
 */
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(
  new URL('../../node_modules/.cache/countersign', import.meta.url),
);
// Code that made what lasts while the process started would put what it makes later among what is old, where a collection
// finds it late, and everything that it leads to with it.
setFlagsFromString('--no-allocation-site-pretenuring');
enableCompileCache(process.env.NODE_COMPILE_CACHE);
await import('./src/main.ts');
