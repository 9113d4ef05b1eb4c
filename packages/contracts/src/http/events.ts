import { z } from 'zod';
import { closed } from '../closed.ts';
import { cloudEvent } from '../envelope.ts';
import { publicEvents } from '../events/registry.ts';
import { MAX_CURSOR_CHARS, MAX_TYPES_FILTER } from '../limits.ts';
import { stream } from '../vocabulary/scalars.ts';
import { after, limit, listOf } from './query.ts';
import { defineRoute } from './route.ts';

const TYPE_PATTERN = '[a-z]+(?:\\.[a-z_]+)+';

/** Event types, separated by commas. */
const types = z
  .string()
  .regex(
    new RegExp(`^${TYPE_PATTERN}(?:,${TYPE_PATTERN}){0,${MAX_TYPES_FILTER - 1}}$`),
    `must be up to ${MAX_TYPES_FILTER} event types separated by commas, such as agent.safety.blocked,killswitch.engaged`,
  )
  .superRefine((text, context) => {
    const unknown = text.split(',').filter((type) => !Object.hasOwn(publicEvents, type));
    if (unknown.length === 0) return;
    const message = `is no event type: ${unknown.join(', ')}; must be types that /asyncapi.json has, such as agent.tool.called`;
    context.addIssue({ code: 'custom', message });
  })
  .describe('event types, separated by commas; `audit.*` types only come when they are named here')
  .optional();

const filters = {
  after: after.describe(
    'the position after which to begin; one beyond the end of the ledger is refused: it is from before a restore, or of another ledger',
  ),
  types,
  subject: stream.optional().describe('one stream'),
};

const reading =
  "Only the caller's organization. Needs `read_audit`, or shows an agent or a service its own calls and the requests for access that it may decide. Every reading is an event itself.";

/** Pages of the trail; `next` goes on where the page ended. */
export const listEvents = defineRoute({
  operationId: 'listEvents',
  method: 'GET',
  path: '/v1/events',
  service: 'audit-projector',
  summary: 'Read public events in ledger order',
  description: reading,
  permission: 'read_audit',
  ownCalls: true,
  query: closed({ limit, ...filters }),
  responses: { 200: listOf(cloudEvent) },
  problems: ['over_quota'],
});

/** The trail live; resuming misses nothing, because ids are positions. */
export const streamEvents = defineRoute({
  operationId: 'streamEvents',
  method: 'GET',
  path: '/v1/events/stream',
  service: 'audit-projector',
  summary: 'Follow public events as they become durable (SSE)',
  description: `${reading} Each message's \`id\` is the position and its \`data\` one CloudEvent as JSON; a comment comes every 15 s. \`Last-Event-ID\` wins over \`after\`; without both the stream begins with what comes next. Either is refused beyond the end of the ledger.`,
  permission: 'read_audit',
  ownCalls: true,
  query: closed(filters),
  headers: z.object({
    'last-event-id': z
      .string()
      .min(1)
      .max(MAX_CURSOR_CHARS)
      .regex(/^[A-Za-z0-9._:-]+$/, 'must be the id of a message of this stream')
      .optional(),
  }),
  responses: {
    200: {
      contentType: 'text/event-stream',
      description: 'Server-sent events that end when either side closes',
    },
  },
  problems: ['over_quota'],
});

/** So that a subscriber finds what an event means from the event alone. */
export const getEventSchema = defineRoute({
  operationId: 'getEventSchema',
  method: 'GET',
  path: '/schemas/events/{file}',
  service: 'every',
  access: 'any key',
  summary: "Read the JSON Schema that an event's dataschema names",
  params: closed({
    file: z
      .string()
      .max(MAX_CURSOR_CHARS)
      .regex(/^[a-z]+(\.[a-z_]+)+\.v[1-9][0-9]*\.json$/, 'must be <event type>.v<version>.json'),
  }),
  responses: { 200: { contentType: 'application/schema+json', description: 'JSON Schema 2020-12' } },
  problems: ['not_found'],
});
