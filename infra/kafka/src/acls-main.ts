import { parseArgs } from 'node:util';
import { requireAccess } from './access.ts';
import { applyAcls } from './acls.ts';

/** Allows accounts of Kafka what `acls.json` says: `--services <account>` and `--agents <account>`, each as often as wanted. */
const { values } = parseArgs({
  options: {
    services: { type: 'string', multiple: true, default: [] },
    agents: { type: 'string', multiple: true, default: [] },
  },
});
if (values.services.length + values.agents.length === 0) {
  process.stderr.write('usage: acls-main.ts --services <account>… --agents <account>…\n');
  process.exit(2);
}
const { brokers, access } = requireAccess();
await applyAcls(brokers, values, access);
process.stdout.write(`allowed ${[...values.services, ...values.agents].join(', ')}\n`);
