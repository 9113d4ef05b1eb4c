import { readFile, rename, writeFile } from 'node:fs/promises';
import { plainText } from '@countersign/cli';
import { type CloudEvent, connect } from '@countersign/sdk';

const SAFETY = [
  'agent.safety.blocked',
  'killswitch.engaged',
  'killswitch.effective',
  'killswitch.released',
  'killswitch.expired',
];

const [positionFile] = process.argv.slice(2);
const { COUNTERSIGN_URL: url = 'http://127.0.0.1:7070', COUNTERSIGN_KEY: key } = process.env;
if (positionFile === undefined || !key) {
  process.stderr.write(
    'usage: COUNTERSIGN_KEY=<key of somebody who may read_audit> node safety-events.ts <position file>\n',
  );
  process.exit(2);
}

/** Whatever a team does with a safety event: page somebody, open an incident, feed a dashboard. */
function deal({ type, time, data, subject }: CloudEvent): void {
  const what =
    type === 'agent.safety.blocked' ? `${data.blocked_action} for ${data.user}: ${data.reason}` : subject;
  process.stdout.write(`${time} ${type} ${plainText(what)}\n`);
}

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());

// The position is written after an event is dealt with. Who dies in between sees it again: at least once, in order.
const after = await readFile(positionFile, 'utf8').catch(() => '0');
const events = connect({ url, key }).events.stream({ types: SAFETY, after }, { signal: stopped.signal });
for await (const event of events) {
  deal(event);
  await writeFile(`${positionFile}.new`, event.position);
  await rename(`${positionFile}.new`, positionFile);
}
