import type { Step } from '../../agents/file-agent/guarded-tools.ts';
import { stepText } from '../../agents/file-agent/step-text.ts';
import { callPatiently } from '../patient-call.ts';
import type { Stage } from '../stage.ts';

/** Somebody has seen enough. */
export async function killSwitch(stage: Stage): Promise<void> {
  const { narrator, olga } = stage;
  narrator.scene('A kill switch');
  const read = async (): Promise<Step['result']> => {
    const step = await callPatiently(stage, 'read_text_file', { path: 'summary.md' }, 'to read it once more');
    narrator.say(stepText(step));
    return step.result;
  };
  const on = await olga.command('kill', 'on', 'agent', 'file-agent', '--reason', 'it runs wild', '--yes');
  const stopped = await read();
  const killed = stopped.verdict === 'denied' && stopped.reasons.some(({ code }) => code === 'killed');
  narrator.promised('the next call is refused before anything else is asked', on === 0 && killed);
  const { items } = await olga.client.killSwitches.list({ state: 'effective' });
  const off = await olga.command('kill', 'off', items[0]!.id, '--reason', 'it has calmed down', '--yes');
  narrator.promised('released, the agent works again', off === 0 && (await read()).verdict === 'executed');
}
