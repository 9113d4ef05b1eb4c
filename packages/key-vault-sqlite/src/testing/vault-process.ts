import type { KeyName, KeySelection } from '@countersign/sealing';
import { openSqliteKeyVault } from '../index.ts';
import type { VaultFiles } from '../open-vault.ts';

/** What a test asks of a vault that another process has open. */
export type VaultRequest =
  | { readonly keys: readonly KeyName[] }
  | { readonly peek: string }
  | { readonly destroy: KeySelection }
  | { readonly makeForEver: KeyName };

const files = JSON.parse(process.argv[2] ?? '') as VaultFiles;
const vault = openSqliteKeyVault(files);
if ('code' in vault) throw new Error(vault.detail);

const answerTo = async (request: VaultRequest): Promise<unknown> => {
  if ('peek' in request) return vault.peek(request.peek);
  if ('destroy' in request) return vault.destroy(request.destroy);
  if ('keys' in request) return Promise.all(request.keys.map(vault.key));
  for (let index = 0; ; index += 1) {
    const { subject } = request.makeForEver;
    const key = await vault.key({ ...request.makeForEver, subject: `${subject}-${index}` });
    process.send?.(key);
  }
};
process.on('message', (request: VaultRequest) => {
  void answerTo(request).then((answer) => process.send?.(answer));
});
process.send?.('open');
