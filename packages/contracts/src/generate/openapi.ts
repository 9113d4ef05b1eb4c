import { createDocument, type ZodOpenApiOverride, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { RouteDefinition } from '../http/route.ts';
import { routes } from '../http/routes.ts';
import { MAX_ID_CHARS } from '../limits.ts';
import { ID_PATTERN } from '../vocabulary/scalars.ts';
import { type SchemaNode, tidy } from './json-schema.ts';
import { operationOf, tagOf } from './operation.ts';
import { VERSION } from './version.ts';

const TEXT = `JSON in snake_case, times in RFC 3339 UTC with milliseconds, money in integer micro-units.

Request bodies are closed: unknown fields, duplicate keys, unsafe integers and lone surrogates are refused with 400, all errors at once. Answers are open: a later release may add fields.

Lists answer \`{items, next}\`; \`next\` is the \`after\` of the next page and null at the end.

Errors are \`application/problem+json\` with a stable \`code\`. Where HTTP has a status for a case that the codes do not tell apart, it is used with the nearest code: a wrong method is 405 \`not_found\` with \`Allow\`, headers that are too long are 413 \`too_large\`, a request of HTTP/1.1 without \`Host\` is 400 \`invalid_request\`, a request that does not arrive in time is 408 \`invalid_request\`, one with an \`Expect\` other than \`100-continue\` is 417 \`invalid_request\`.

Limits: body 256 KiB, nesting 32 levels, request line and headers 16 KiB.

Ids, tool declarations, policies and plans are stored in the clear: put no personal data into them. Reasons, display names, key names, arguments, results and errors are sealed and can be erased.`;

/** Answers are open, so that an added field breaks nobody; requests stay as closed as their schemas. */
const openAnswers: ZodOpenApiOverride = ({ jsonSchema, zodSchema, io }) => {
  tidy(jsonSchema as SchemaNode);
  const { def } = zodSchema._zod;
  if (io === 'output' && def.type === 'object' && def.catchall === undefined) {
    delete (jsonSchema as SchemaNode).additionalProperties;
  }
};

/** The OpenAPI 3.1 document of some routes. */
export function openApiOf(title: string, chosen: readonly RouteDefinition[]): object {
  return createDocument(
    {
      openapi: '3.1.0',
      info: {
        title,
        version: VERSION,
        description: TEXT,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      security: [{ key: [] }],
      tags: [...new Set(chosen.map(tagOf))].map((name) => ({ name })),
      paths: pathsOf(chosen),
      components: {
        securitySchemes: {
          key: {
            type: 'http',
            scheme: 'bearer',
            description: 'A key of one principal: `Authorization: Bearer cs_…`',
          },
        },
        parameters: {
          Organization: {
            name: 'Countersign-Organization',
            in: 'header',
            description:
              "The organization meant, where it is not the key's own. For the installation's owner.",
            schema: { type: 'string', pattern: ID_PATTERN.source, maxLength: MAX_ID_CHARS },
          },
        },
      },
    },
    { override: openAnswers },
  );
}

/** Every route, in the order of the documents. */
export const allRoutes: readonly RouteDefinition[] = Object.values(routes);

function pathsOf(chosen: readonly RouteDefinition[]): ZodOpenApiPathsObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of chosen) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return paths;
}
