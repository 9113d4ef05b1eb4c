import { streamName } from '@countersign/event-sourcing';
import { type CommandHandler, reactionMetadata } from '@countersign/event-store';
import type { Message } from '@countersign/message-bus';
import { checkPublishable, ENGINE, finish } from '@countersign/policy';
import { againAfter, DONE, type ReactionOutcome } from '@countersign/processing';
import { messageMetadata } from '@countersign/service';
import type { PolicyCommand } from './decide.ts';
import { SYSTEM } from './events.ts';
import type { PolicyState } from './state.ts';

const HANDLER = 'policy-engine.default-policy.v1';

/**
 * Publishes and activates the shipped policy for a new organization, as if its owner had: it can be replaced like any,
 * and stays replaced however often the organization's creation is told.
 * @throws Error if the shipped files are not publishable: a defect that the package's own tests show first.
 */
export function createDefaultPolicyReaction(
  policies: CommandHandler<PolicyState, PolicyCommand, 'not_found'>,
  shipped: { readonly policy: string; readonly tests: string },
): (message: Message) => Promise<ReactionOutcome> {
  const checked = finish(checkPublishable(shipped.policy, shipped.tests));
  if (!checked.ok) throw new Error(`the default policy is not publishable: ${checked.errors[0]?.message}`);
  const { name, version } = ENGINE;
  const policy_id = checked.policy.policy;

  return async (message) => {
    const organization = String(message.data.organization_id);
    const stream = streamName('policy', `${organization}:${policy_id}`);
    const command: PolicyCommand = {
      kind: 'adopt',
      version: {
        policy_id,
        digest: checked.digest,
        text: shipped.policy,
        tests: shipped.tests,
        engine: { name, version },
        author: SYSTEM,
      },
      scope: { organization },
    };
    const metadata = reactionMetadata({ metadata: messageMetadata(message) }, HANDLER, message.time);
    const handled = await policies.handle(stream, command, metadata);
    return handled.kind === 'failed' ? againAfter(handled.error) : DONE;
  };
}
