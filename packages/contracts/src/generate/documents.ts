import { services } from '../events/define-event.ts';
import { publicEvents } from '../events/registry.ts';
import { intentSchemaPath, intents } from '../intents/intents.ts';
import { asyncApi } from './asyncapi.ts';
import { eventSchema } from './event-schemas.ts';
import { intentSchema } from './intent-schemas.ts';
import { allRoutes, openApiOf } from './openapi.ts';

/** Every generated file by its path below `schemas/`, with its text. The same sources always give the same bytes. */
export function documents(): ReadonlyMap<string, string> {
  const files = new Map<string, object>();
  for (const event of Object.values(publicEvents)) {
    files.set(`events/${event.type}.v${event.version}.json`, eventSchema(event));
  }
  for (const intent of Object.values(intents)) {
    files.set(intentSchemaPath(intent).replace('/schemas/', ''), intentSchema(intent));
  }
  for (const service of services) {
    const own = allRoutes.filter((route) => route.service === service || route.service === 'every');
    files.set(`http/${service}.openapi.json`, openApiOf(`Countersign ${service}`, own));
  }
  files.set('openapi.json', openApiOf('Countersign', allRoutes));
  files.set('asyncapi.json', asyncApi());
  return new Map([...files].map(([path, content]) => [path, `${JSON.stringify(content, null, 2)}\n`]));
}
