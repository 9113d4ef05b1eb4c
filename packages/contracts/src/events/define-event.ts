import type { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';

/** The topics of the bus. Events of a category without a topic are read over HTTP only. */
export const topics = [
  'agent.tool',
  'agent.evaluation',
  'agent.approval',
  'agent.quota',
  'agent.safety',
  'agent.control',
] as const;

/** A topic of the bus. */
export type Topic = (typeof topics)[number];

/** The services, which are the sources of events and the owners of routes. */
export const services = [
  'gateway',
  'policy-engine',
  'approval-service',
  'meter-service',
  'audit-projector',
] as const;

/** A service's name; its events have the source `/countersign/<service>`. */
export type Service = (typeof services)[number];

/** A public event: its name, its place and its two parts. */
export type EventDefinition<
  Type extends string = string,
  Data extends z.ZodObject = z.ZodObject,
  Erasable extends z.ZodObject = z.ZodObject,
> = {
  readonly type: Type;
  /** Grows only when a field changes its meaning or goes away; a new optional field keeps it. */
  readonly version: number;
  /** The topic, or null for what is never put on the bus. */
  readonly topic: Topic | null;
  /** The category of its stream: what stands before the first hyphen of its subject. */
  readonly category: string;
  readonly service: Service;
  /** One sentence for the generated documents. */
  readonly description: string;
  /** The clear part, which is the whole `data` on the bus: closed, without free text. */
  readonly data: Data;
  /** The plaintext of the sealed fields, by name; an empty object where there are none. */
  readonly erasable: Erasable;
};

type Place = Pick<EventDefinition, 'topic' | 'category' | 'service'>;

/** Events of one stream category share topic, category and service; this fixes them once per file. */
export function eventsOf(place: Place) {
  return function defineEvent<
    const Type extends string,
    Data extends z.core.$ZodLooseShape,
    Erasable extends z.core.$ZodLooseShape = Record<never, never>,
  >(definition: {
    readonly type: Type;
    readonly version?: number;
    readonly topic?: Topic;
    readonly description: string;
    readonly data: Data;
    readonly erasable?: Erasable;
  }) {
    return {
      version: 1,
      ...place,
      ...definition,
      data: closed(definition.data),
      erasable: closed(definition.erasable ?? ({} as Erasable)),
    };
  };
}

/** The clear data of an event, read-only. */
export type DataOf<Definition extends { readonly data: z.ZodType }> = Immutable<z.infer<Definition['data']>>;
