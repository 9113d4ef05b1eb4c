import type { EventDefinition } from '../events/define-event.ts';
import { dataSchemaOf } from '../events/read.ts';
import { jsonSchemaOf, type SchemaNode } from './json-schema.ts';

const text = (description: string) => ({ type: 'string', description });

/** The CloudEvents attributes as Kafka headers (binary mode): `ce_` before the name, all values text. */
function headersOf(definition: EventDefinition): SchemaNode {
  const required = {
    ce_specversion: { type: 'string', const: '1.0' },
    ce_id: { type: 'string', format: 'uuid' },
    ce_source: { type: 'string', const: `/countersign/${definition.service}` },
    ce_type: { type: 'string', const: definition.type },
    ce_subject: text('the stream of the event'),
    ce_time: { type: 'string', format: 'date-time' },
    ce_dataschema: { type: 'string', const: dataSchemaOf(definition.type, definition.version) },
    ce_organization: text('the organization; also the key of the record'),
    ce_sequence: {
      ...text("the event's version in its stream, in digits: 1 for the first, without gaps"),
      pattern: '^[1-9][0-9]*$',
    },
    ce_position: text('the place in the ledger: opaque, comparable by length, then text'),
    ce_partitionkey: text('the organization'),
    'countersign-proof': text(
      'for the services of one installation: by it they tell its own records from those of others. HMAC-SHA256 in base64url; consumers pass it over',
    ),
    'content-type': { type: 'string', const: 'application/json' },
  };
  const optional = {
    ce_correlationid: text('id of the tool call'),
    ce_causationid: text('id of the event or intent that led to this one'),
    ce_traceparent: text('W3C trace context'),
  };
  const sealed = {
    ce_sealed: text(
      'JSON `{key, ciphertext, digests}`: the erasable fields, encrypted together; data keys are not on the bus',
    ),
  };
  const hasSealed = Object.keys(definition.erasable.shape).length > 0;
  return {
    type: 'object',
    properties: { ...required, ...optional, ...(hasSealed && sealed) },
    required: [...Object.keys(required), ...(hasSealed ? ['ce_sealed'] : [])],
  };
}

/** An event as an AsyncAPI message, and the schemas that its payload refers to. */
export function messageOf(definition: EventDefinition): { message: object; shared: SchemaNode } {
  const { $schema: _, definitions, ...payload } = jsonSchemaOf(definition.data, 'draft-7');
  return {
    message: {
      name: definition.type,
      title: definition.type,
      summary: definition.description,
      contentType: 'application/json',
      correlationId: {
        description: 'The tool call that an event belongs to',
        location: '$message.header#/ce_correlationid',
      },
      headers: headersOf(definition),
      payload: inComponents(payload),
      bindings: {
        kafka: {
          key: { type: 'string', description: 'the organization; never null' },
          bindingVersion: '0.5.0',
        },
      },
    },
    shared: inComponents((definitions ?? {}) as SchemaNode),
  };
}

/** Payload schemas share their parts in the document's components, where references resolve. */
export function inComponents(node: SchemaNode): SchemaNode {
  return JSON.parse(
    JSON.stringify(node).replaceAll('"#/definitions/', '"#/components/schemas/'),
  ) as SchemaNode;
}
