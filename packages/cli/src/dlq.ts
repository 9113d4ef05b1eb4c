import type { Client, DeadLetter, DeadLetterRecord } from '@countersign/sdk';
import type { Command } from 'commander';
import { EXIT } from './exit-code.ts';
import { addList } from './listing.ts';
import { type Run, verb } from './session.ts';
import { record } from './terminal/record.ts';

/** `dlq ls|show|retry`. */
export function addDlq(program: Command, run: Run): void {
  const group = program.command('dlq').description('records that consumers on Kafka have put aside');
  addList<DeadLetter, { readonly topic?: string }>(group, run, {
    describe: 'list dead letters that nobody has replayed',
    list: (client, page, { topic }) => client.deadLetters.list({ ...page, topic }),
    columns: [
      { title: 'ID', of: ({ id }) => id },
      { title: 'STATE', of: ({ state }) => state },
      { title: 'KEY', of: ({ key }) => key },
      { title: 'EVENT', of: (letter) => letter.event_type },
      { title: 'CONSUMERS', of: ({ errors }) => errors.map(({ consumer }) => consumer).join(', ') },
      { title: 'ERROR', of: ({ errors: [error] }) => error && `${error.code}: ${error.message}` },
    ],
  }).option('--topic <name>', 'only of this one');
  group
    .command('show')
    .argument('<id>')
    .description('show one dead letter, its headers and its value')
    .action(
      verb<object, [string]>(run, async ({ client, out }, _options, id) => {
        const letter = await client.deadLetters.get(id);
        await out.result(letter, (paint) => record(readable(letter), paint));
      }),
    );
  group
    .command('retry')
    .argument('<id>')
    .description(
      'put it on its topic again, behind those of its key before it; release it if its subject is parked',
    )
    .action(
      verb<object, [string]>(run, async ({ client, out, exitWith }, _options, id) => {
        const { released, ...answer } = await retry(client, id);
        await out.result(answer, (paint) => record(answer, paint));
        if (!released) exitWith(EXIT.pending);
      }),
    );
}

/** A letter of a parked subject is released where it is parked; nothing can be done about one that is expired. */
async function retry(client: Client, id: string) {
  const answer = await client.deadLetters.retry(id);
  if (answer.state !== 'parked') return { ...answer, released: answer.state === 'replayed' };
  const retried = await Promise.all(answer.parked_ids.map((parked) => client.parked.retry(parked)));
  const released = retried.every(({ state }) => state === 'released');
  return { ...answer, state: released ? 'released' : 'parked', parked: retried, released };
}

/** The bytes as text; what is no UTF-8 is replaced, and is whole with `--json`. */
function readable({ record: { key, value, headers }, ...letter }: DeadLetterRecord): object {
  const text = (base64: string | null) => base64 && Buffer.from(base64, 'base64').toString();
  return {
    ...letter,
    key: text(key),
    headers: Object.fromEntries(headers.map(({ name, value: bytes }) => [name, text(bytes)])),
    value: text(value),
  };
}
