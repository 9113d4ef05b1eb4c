import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import { BROKEN_PROMISE, createNarrator } from './narrator.ts';
import { agentAtWork } from './scenes/agent-at-work.ts';
import { burst } from './scenes/burst.ts';
import { killSwitch } from './scenes/kill-switch.ts';
import { publishPolicy } from './scenes/publish-policy.ts';
import { quota } from './scenes/quota.ts';
import { replay } from './scenes/replay.ts';
import { timeline } from './scenes/timeline.ts';
import { setUp } from './stage.ts';

/** Shows what Countersign does on a temporary installation, and checks every word of it. Exit code 0: all holds. */
async function demo(root: string): Promise<void> {
  const narrator = createNarrator((text) => void process.stdout.write(text));
  narrator.say(pc.bold('Countersign: the second signature for the tool calls of agents'));
  narrator.say(`a temporary installation starts in ${root}`);
  const stage = await setUp(root, narrator);
  try {
    narrator.say('its people: the owner, Alice who has an agent, and Olga the operator');
    await publishPolicy(stage);
    const approved = await agentAtWork(stage);
    await burst(stage);
    await quota(stage);
    await killSwitch(stage);
    await timeline(stage, approved);
    await replay(stage);
  } finally {
    await stage.close();
  }
}

const root = await mkdtemp(join(tmpdir(), 'countersign-demo-'));
// Retried, because what is still being ended may still be writing.
process.once('exit', () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
// However it ends, the installation and the directory go with it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(128 + constants.signals[signal]));
}
// A reader that has seen enough, as `head` has, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
try {
  await demo(root);
  process.stdout.write(`\n${pc.green('Everything is as promised.')}\n`);
} catch (error) {
  const broken = error instanceof Error && 'code' in error && error.code === BROKEN_PROMISE;
  const why = error instanceof Error ? (broken ? error.message : error.stack) : String(error);
  process.stderr.write(`\n${pc.red(broken ? 'Not as promised:' : 'The demo failed:')} ${why}\n`);
  process.exit(1); // Whatever was left open by what failed must not keep the process.
}
