import { type AclPrincipal, type AclResource, type EventKind, principalKey } from '@countersign/access';
import type {
  AccessRequestOpened,
  AclCreated,
  AclGranted,
  AclReplaced,
  AclRevoked,
} from '@countersign/contracts';
import { reactionId } from '@countersign/event-sourcing';
import type { Message } from '@countersign/message-bus';
import { createViewTable, type Projection, type ViewDefinition, type ViewRow } from '@countersign/processing';
import { workIntentKey } from './view.ts';

/** One event of a work intent in OpenIntent's words: which stored one it is made of. */
export interface ToldRow extends ViewRow {
  readonly id: string;
  readonly intent: string;
  readonly event_type: string;
  readonly kind: EventKind;
  /** Whom an event about access names, if it names one alone. */
  readonly principal: string | null;
  /** Which of the ended entries of its stored event this is about. */
  readonly ended: number | null;
  /** Which of the entries of a list that was begun or replaced this grants. */
  readonly added: number | null;
  readonly actor: string;
  readonly subject: string;
  readonly sequence: number;
  readonly time: string;
}

/** One row for each event that may be shown of a work intent. */
export const toldView: ViewDefinition = {
  name: 'work-intent-events.v3',
  columns: { intent: 'text', event_type: 'text' },
  indexes: [['intent'], ['intent', 'event_type']],
};

/** What happened to work intents, so that the newest of one come first: by the end of all positions, less theirs. */
export function createToldView(): Projection<ToldRow> {
  const table = createViewTable<ToldRow>(toldView.name);
  return {
    view: toldView,
    table,
    topics: ['agent.control'],
    needs: () => [],
    apply(message) {
      const intent = intentOf(message);
      if (intent === null) return;
      const { organization, subject, sequence, time } = message;
      const actor = actorOf(message);
      for (const [index, told] of toldBy(message).entries()) {
        const place = String(Number.MAX_SAFE_INTEGER - message.position).padStart(16, '0');
        const id = index === 0 ? message.id : reactionId(message.id, toldView.name, index);
        table.put(`${workIntentKey(organization, intent)}:${place}:${index}`, {
          id,
          intent: workIntentKey(organization, intent),
          ...told,
          actor,
          subject,
          sequence,
          time,
        });
      }
    },
  };
}

function intentOf({ type, data }: Message): string | null {
  if (type.startsWith('workintent.')) return String(data.intent_id);
  if (!type.startsWith('acl.') && !type.startsWith('accessrequest.')) return null;
  const { kind, id } = data.resource as unknown as AclResource;
  return kind === 'intent' ? id : null;
}

/** Who did it. Who asks for access asks for themselves, and a time that is over is nobody's doing. */
function actorOf({ type, data }: Message): string {
  if (type === 'accessrequest.opened') return (data as unknown as AccessRequestOpened).principal.id;
  return String((data.by as { readonly id?: string } | undefined)?.id ?? 'countersign');
}

type Told = Pick<ToldRow, 'event_type' | 'kind' | 'principal' | 'ended' | 'added'>;

const told = (event_type: string, kind: EventKind = 'told', principal: AclPrincipal | null = null): Told => {
  return { event_type, kind, principal: principal && principalKey(principal), ended: null, added: null };
};

/** Of each entry that ended one event. */
const lost = (event_type: string, ended: AclRevoked['ended']): readonly Told[] =>
  ended.map(({ principal }, at) => ({ ...told(event_type, 'access', principal), ended: at }));

/** Of each entry that a whole list is new with one event. */
const gained = (entries: AclCreated['entries'], isNew: (id: string) => boolean): readonly Told[] =>
  entries.flatMap(({ id, principal }, at) =>
    isNew(id) ? [{ ...told('access_granted', 'access', principal), added: at }] : [],
  );

/** Of a request for access. OpenIntent's words have none for one that nobody answered: it is refused. */
const asked = (event_type: string, { data }: Message): Told =>
  told(event_type, 'access', (data as unknown as AccessRequestOpened).principal);

/** A list that is replaced says so, grants and revokes. */
function toldBy(message: Message): readonly Told[] {
  const { type, data } = message;
  switch (type) {
    case 'workintent.created':
      return [told('intent_created')];
    case 'workintent.state_changed':
      return [told('state_patched', 'state')];
    case 'workintent.status_changed':
      return [told('status_changed')];
    case 'workintent.event_logged':
      return [told(String(data.event_type))];
    case 'acl.created':
      return gained((data as unknown as AclCreated).entries, () => true);
    case 'acl.granted':
      return [told('access_granted', 'access', (data as unknown as AclGranted).entry.principal)];
    case 'acl.revoked':
      return lost('access_revoked', (data as unknown as AclRevoked).ended);
    case 'acl.expired':
      return lost('access_expired', (data as unknown as AclRevoked).ended);
    case 'acl.replaced': {
      const { entries, added, ended } = data as unknown as AclReplaced;
      const fresh = new Set(added);
      return [
        told('access_granted', 'access'),
        ...gained(entries, (id) => fresh.has(id)),
        ...lost('access_revoked', ended),
      ];
    }
    case 'accessrequest.opened':
      return [asked('access_requested', message)];
    case 'accessrequest.approved':
      return [asked('access_request_approved', message)];
    case 'accessrequest.denied':
    case 'accessrequest.expired':
      return [asked('access_request_denied', message)];
    default:
      return [];
  }
}
