import type { AclResource, ContextRule, Level, Principal } from '@countersign/access';
import { type Problem, routes, type WorkIntentContextRule } from '@countersign/contracts';
import type { CommandHandler } from '@countersign/event-store';
import { isProblem, mount } from '@countersign/http';
import { actorOf, answered, edgeMetadata, personal, type ServiceDependencies } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { type Gate, notFound } from '../access/gate.ts';
import type { OpenMessage } from '../openintent/open-message.ts';
import type { SetContext, WorkIntentCommand, WorkIntentRejection } from './decide.ts';
import { workIntentStream } from './shown.ts';
import type { WorkIntent } from './state.ts';
import type { WorkIntentRow } from './view.ts';

interface ContextRuleDependencies {
  readonly service: ServiceDependencies;
  readonly workIntents: CommandHandler<WorkIntent, WorkIntentCommand, WorkIntentRejection>;
  readonly gate: Gate;
  readonly open: OpenMessage;
  readonly findIntent: (organization: string, id: string) => Promise<WorkIntentRow | undefined>;
  readonly caughtUp: (position?: number) => Promise<unknown>;
}

const REQUIRED: Level = 'admin';

/** What of what is around an intent agents are told: its administrators say. */
export function contextRuleRoutes(app: FastifyInstance, deps: ContextRuleDependencies): void {
  const { service, workIntents, gate, open, findIntent, caughtUp } = deps;

  const admit = async (principal: Principal, id: string): Promise<WorkIntentRow | Problem> => {
    await caughtUp();
    const resource: AclResource = { kind: 'intent', id };
    const admitted = gate.admit(principal, resource, REQUIRED);
    if (isProblem(admitted)) return admitted;
    return (await findIntent(principal.organization, id)) ?? notFound(resource);
  };

  mount(app, routes.getWorkIntentContextRule, async ({ params: { id }, principal }) => {
    const row = await admit(principal, id);
    if (isProblem(row)) return row;
    return { status: 200, body: shown(await contextRuleOf(open, row)) };
  });

  mount(app, routes.putWorkIntentContextRule, async ({ params: { id }, body, principal }) => {
    const row = await admit(principal, id);
    if (isProblem(row)) return row;
    const rule = ruleOf(body);
    const answer = { status: 200, body: shown(rule) } as const;
    // The names that a rule injects are sealed, so that the stream can't tell what is the same again.
    if (JSON.stringify(await contextRuleOf(open, row)) === JSON.stringify(rule)) return answer;
    const { organization } = principal;
    const { context, inject } = told(rule);
    const command: SetContext = {
      kind: 'set-context',
      intentId: id,
      context,
      by: actorOf(principal),
      personal: personal(principal.id, service.disclose('inject', inject)),
    };
    const handled = await workIntents.handle(
      workIntentStream(organization, id),
      command,
      edgeMetadata(service, { organization }),
    );
    return answered(handled, async ({ position }) => {
      await caughtUp(position);
      return answer;
    });
  });
}

/** The rule that holds for an intent. Names that have been erased inject nothing. */
export async function contextRuleOf(open: OpenMessage, row: WorkIntentRow): Promise<ContextRule> {
  if (!row.context) return 'auto';
  const { mode, parts, at } = row.context;
  if (mode === 'parts') return { parts };
  if (mode !== 'inject') return mode;
  const { inject } = (await open(workIntentStream(row.organization, row.id), at)).fields;
  return { inject: Array.isArray(inject) ? inject.map(String) : [] };
}

/** One order and no name twice, so that the same is equal. */
function ruleOf({ context }: WorkIntentContextRule): ContextRule {
  if (typeof context === 'string') return context;
  if ('inject' in context) return { inject: sorted(context.inject) };
  return { parts: sorted(context) };
}

function shown(rule: ContextRule): WorkIntentContextRule {
  return { context: typeof rule === 'object' && 'parts' in rule ? rule.parts : rule };
}

function told(rule: ContextRule): { readonly context: SetContext['context']; readonly inject: string[] } {
  if (typeof rule === 'string') return { context: { mode: rule, parts: [] }, inject: [] };
  if ('parts' in rule) return { context: { mode: 'parts', parts: rule.parts }, inject: [] };
  return { context: { mode: 'inject', parts: [] }, inject: [...rule.inject] };
}

function sorted<Name extends string>(names: readonly Name[]): readonly Name[] {
  return [...new Set(names)].sort();
}
