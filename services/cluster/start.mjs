import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * The entry of a service's process: `node services/cluster/start.mjs <service>`. JavaScript, so that nothing is to be stripped
 * before Node's compile cache is on (see services/standalone/start.mjs).
 */
const SERVICES = ['gateway', 'policy-engine', 'approval-service', 'meter-service', 'audit-projector'];
const [service] = process.argv.slice(2);
if (!SERVICES.includes(service)) {
  process.stderr.write(`name a service: ${SERVICES.join(', ')}\n`);
  process.exit(2);
}
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(
  new URL('../../node_modules/.cache/countersign', import.meta.url),
);
enableCompileCache(process.env.NODE_COMPILE_CACHE);
await import(`./src/${service}.ts`);
