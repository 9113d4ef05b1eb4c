import { type Client, type ContextRule, type DelegateRight, isCountersignError } from '@countersign/sdk';
import type { Command } from 'commander';
import { type Complaint, fail } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { readText } from '../input/text-file.ts';
import { type Run, type Session, verb } from '../session.ts';
import { type ApplyPlan, type PhasePlan, planOf } from './plan.ts';

interface ApplyOptions {
  readonly file: string;
  readonly name?: string | undefined;
  readonly dryRun?: boolean | undefined;
}

/** What was done for a phase. */
interface Applied {
  readonly phase: string;
  readonly intent_id: string;
}

/** `access apply`: what a workflow file says of access, done over the HTTP interface with the caller's own rights. */
export function addApply(group: Command, run: Run): void {
  group
    .command('apply')
    .description(
      'apply permissions, access review and agents of a workflow file; a second time changes nothing',
    )
    .requiredOption('-f, --file <file>', 'workflow file, - for stdin')
    .option('--name <name>', 'what the workflow is known by; default info.name of the file')
    .option('--dry-run', 'show what would be done, and do nothing')
    .action(
      verb<ApplyOptions, []>(run, async (session, { file, name, dryRun }) => {
        const plan = await readPlan(session, file, name);
        if (dryRun) {
          await session.out.result(plan, () => describe(plan));
          return;
        }
        const applied = await apply(session.client, plan);
        await session.out.result({ phases: applied, agents: plan.agents }, ({ green }) =>
          [
            ...applied.map(
              ({ phase, intent_id }) => `${green('applied')} ${phase} to work intent ${intent_id}`,
            ),
            ...plan.agents.map(({ id }) => `${green('applied')} agent ${id}`),
          ].join('\n'),
        );
      }),
    );
}

async function readPlan(session: Session, file: string, named: string | undefined): Promise<ApplyPlan> {
  const { parseWorkflow } = await import('@countersign/access');
  const parsed = parseWorkflow(await readText(session.io, file));
  for (const { line, column, message, path } of parsed.warnings)
    await session.out.note(`warning: ${file}:${line}:${column}: ${path}: ${message}`);
  if (!parsed.ok) {
    const errors = parsed.errors.map(
      ({ line, column, path, message, remedy }): Complaint => ({
        ...{ pointer: file, line, column },
        detail: `${path === '' ? '' : `${path}: `}${message}; ${remedy}`,
      }),
    );
    const detail = `${errors.length} ${errors.length === 1 ? 'problem' : 'problems'}`;
    return fail({ exitCode: EXIT.usage, code: 'workflow_invalid', detail, errors });
  }
  const { workflow } = parsed;
  const name = named ?? workflow.name;
  if (name === null && workflow.phases.length > 0)
    return fail({
      exitCode: EXIT.usage,
      code: 'workflow_unnamed',
      detail: 'the workflow has no name, so that a second time could not find its work intents',
      remedy: 'add info: { name: … } to the file, or give --name',
    });
  return planOf(workflow, name ?? '');
}

async function apply(client: Client, plan: ApplyPlan): Promise<readonly Applied[]> {
  const missing = await unregistered(client, plan);
  if (missing.length > 0)
    fail({
      exitCode: EXIT.usage,
      code: 'agents_missing',
      detail: 'what agents may do by default is set of registered ones; nothing was applied',
      errors: missing.map((id) => ({ pointer: `/agents/${id}`, detail: `there is no agent ${id}` })),
      remedy: `register them: ${missing.map((id) => `countersign agents put ${id}`).join('; ')}`,
    });
  for (const { id, access } of plan.agents) await client.agents.putAccess(id, access);
  const intents = new Map<string, string>();
  for (const planned of plan.phases)
    intents.set(planned.phase.name, await applyPhase(client, planned, intents));
  return [...intents].map(([phase, intent_id]) => ({ phase, intent_id }));
}

/** The agents of a plan that there are not, as far as the caller may see: whoever may not is told when they are set. */
async function unregistered({ agents }: Client, plan: ApplyPlan): Promise<readonly string[]> {
  const isMissing = (id: string) =>
    agents.get(id).then(
      () => false,
      (error: unknown) => isCountersignError(error) && error.code === 'not_found',
    );
  const looked = await Promise.all(plan.agents.map(async ({ id }) => ((await isMissing(id)) ? [id] : [])));
  return looked.flat();
}

/** The id of the phase's work intent, made where it is missing. */
async function applyPhase(
  { access }: Client,
  { phase, idempotencyKey, list, grants, review, context }: PhasePlan,
  before: ReadonlyMap<string, string>,
): Promise<string> {
  const request = {
    title: phase.title,
    ...(phase.description === null ? {} : { description: phase.description }),
    depends_on: phase.dependsOn.flatMap((name) => before.get(name) ?? []),
  };
  const id = await access.createIntent(request, { idempotencyKey }).then(
    (made) => made.id,
    (error: unknown) => {
      // The file has changed since: the phase's intent is still its intent.
      const present = isCountersignError(error) ? error.problem.intent_id : undefined;
      if (present === undefined) throw error;
      return present;
    },
  );
  const resource = { intent: id };
  if (list) await access.putList(resource, list);
  const present = grants.length > 0 ? (await access.getList(resource)).entries : [];
  for (const entry of grants) {
    const isThere = present.some(
      (one) => one.principal_id === entry.principal_id && one.principal_type === entry.principal_type,
    );
    if (!isThere) await access.grant(resource, entry);
  }
  if (context !== null) await access.putContextRule(id, { context });
  if (review) await access.putReview(resource, review);
  return id;
}

function describe({ agents, phases }: ApplyPlan): string {
  const lines = agents.map(
    ({ id, access }) =>
      `agent ${id}: default ${access.default_permission ?? 'nothing'}${access.approval_required ? ', requests always wait' : ''}`,
  );
  for (const { phase, list, grants, review, context } of phases) {
    const others =
      list === null
        ? 'as set elsewhere'
        : list.default_policy === 'open'
          ? list.default_permission
          : 'nothing';
    lines.push(`phase ${phase.name}: everybody else ${others}`);
    for (const { principal_type, principal_id, permission, delegate, expires_at } of list?.entries ?? grants)
      lines.push(
        `  ${principal_type} ${principal_id}: ${permission}${delegate ? delegationText(delegate) : ''}${expires_at ? `, until ${expires_at}` : ''}`,
      );
    if (context !== null && context !== 'auto') lines.push(`  context: ${contextText(context)}`);
    if (review)
      lines.push(
        `  requests: ${review.on_request}, ${review.approvers.join(', ') || 'administrators'} within ${review.timeout_hours} h`,
      );
  }
  return lines.join('\n');
}

function delegationText({ max_depth, to, permission }: DelegateRight): string {
  const much = permission === undefined ? '' : ` ${permission}`;
  const whom = to === undefined ? '' : ` to ${to.join(', ')}`;
  return `, may delegate${much}${whom} ${max_depth} times`;
}

function contextText(context: ContextRule['context']): string {
  if (typeof context === 'string') return context;
  return 'inject' in context ? `${context.inject.join(', ')} of the state` : context.join(', ');
}
