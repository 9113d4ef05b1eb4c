import { type IntentDefinition, intentSchemaPath } from '../intents/intents.ts';
import { SIGNATURE_PATTERN } from '../intents/signature.ts';
import { MAX_IDEMPOTENCY_KEY_CHARS } from '../limits.ts';
import { jsonSchemaOf, type SchemaNode } from './json-schema.ts';
import { inComponents } from './message.ts';

/** The JSON Schema 2020-12 of an intent's data. */
export function intentSchema(definition: IntentDefinition): SchemaNode {
  const { $schema, ...rest } = jsonSchemaOf(definition.data, 'draft-2020-12', 'input');
  return {
    $schema,
    $id: intentSchemaPath(definition),
    title: `${definition.type}, version ${definition.version}`,
    description: definition.description,
    ...rest,
  };
}

const text = (description: string) => ({ type: 'string', description });

/** The CloudEvents attributes of an intent as Kafka headers; what else a client adds is passed over. */
function headersOf({ type }: IntentDefinition): SchemaNode {
  const properties = {
    ce_specversion: { type: 'string', const: '1.0' },
    ce_id: {
      ...text('chosen by the agent, once: visible ASCII characters, such as a UUIDv7'),
      maxLength: MAX_IDEMPOTENCY_KEY_CHARS,
    },
    ce_source: text('what the agent calls itself'),
    ce_type: { type: 'string', const: type },
    ce_time: { type: 'string', format: 'date-time' },
    ce_organization: text('the organization of the agent'),
    ce_signature: {
      ...text(
        "base64url of the Ed25519 signature over the RFC 8785 form of `{datahash, id, source, time, type}`; `datahash` is the base64url SHA-256 of the record's value",
      ),
      pattern: SIGNATURE_PATTERN.source,
    },
    'content-type': { type: 'string', const: 'application/json' },
  };
  return {
    type: 'object',
    properties: { ...properties, ce_traceparent: text('W3C trace context') },
    required: Object.keys(properties),
  };
}

/** An intent as an AsyncAPI message, and the schemas that its payload refers to. */
export function intentMessageOf(definition: IntentDefinition): { message: object; shared: SchemaNode } {
  const { $schema: _, definitions, ...payload } = jsonSchemaOf(definition.data, 'draft-7', 'input');
  return {
    message: {
      name: definition.type,
      title: definition.type,
      summary: definition.description,
      contentType: 'application/json',
      headers: headersOf(definition),
      payload: inComponents(payload),
      bindings: {
        kafka: {
          key: { type: 'string', description: 'the id of the agent that signs; never null' },
          bindingVersion: '0.5.0',
        },
      },
    },
    shared: inComponents((definitions ?? {}) as SchemaNode),
  };
}
