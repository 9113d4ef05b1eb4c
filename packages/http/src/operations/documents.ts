import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { problem, routes } from '@countersign/contracts';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { mount } from '../route/mount.ts';

/** Only what this server serves: the page works without a network. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  // The page's own scripts set styles on elements.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Serves the documents under `schemas` (see `schemasDirectory` of the contracts): `/openapi.json`, `/asyncapi.json`,
 * `/docs` to read and try the first, and the JSON Schema that an event's `dataschema` names. Nobody's calls need them, so they
 * are read from the disk each time.
 */
export async function serveDocuments(app: FastifyInstance, schemas: URL): Promise<void> {
  const openApi = new URL('openapi.json', schemas);
  const asyncApi = new URL('asyncapi.json', schemas);
  mount(app, routes.getOpenApi, async () => ({ status: 200, body: await readFile(openApi, 'utf8') }));
  mount(app, routes.getAsyncApi, async () => ({ status: 200, body: await readFile(asyncApi, 'utf8') }));
  mount(app, routes.getEventSchema, async ({ params }) => {
    const schema = await readSchema(new URL(`events/${params.file}`, schemas));
    if (schema === undefined) return problem('not_found', 'there is no event of this type and version');
    return { status: 200, body: schema };
  });
  await app.register(async (page) => {
    // The page and its parts are for everybody, and their plug-in can't say so itself.
    page.addHook('onRoute', (route) => {
      route.config = { ...route.config, open: true };
    });
    await page.register(documentOf(openApi));
    await page.register(swaggerUi, {
      routePrefix: routes.getDocs.path,
      staticCSP: CONTENT_SECURITY_POLICY,
      uiConfig: { validatorUrl: null },
    });
  });
}

/**
 * The page's plug-in asks another one for its document, by these names. That one would make it of the routes, or keep it in
 * memory, where it takes megabytes for as long as the process lives; here it is read when somebody asks.
 */
function documentOf(file: URL) {
  const provide = async (page: FastifyInstance) => {
    page.decorate('swagger', () => JSON.parse(readFileSync(file, 'utf8')));
  };
  return fastifyPlugin(provide, { name: '@fastify/swagger' });
}

/** The text of a schema; undefined where there is none. The route's pattern keeps the name inside the directory. */
async function readSchema(file: URL): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}
