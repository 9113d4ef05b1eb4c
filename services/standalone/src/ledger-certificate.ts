import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificate } from '@countersign/event-store-grpc';

/** The certificate that clients of the ledger's port trust. */
export function ledgerCertificateFile(dataDirectory: string): string {
  return join(dataDirectory, 'grpc.crt');
}

/** The certificate of the data directory; made where there is none that holds. Another one may be put there. */
export function ledgerCertificate(
  dataDirectory: string,
  now: Date,
  make: (now: Date) => Certificate,
): Certificate {
  const files = { certificate: ledgerCertificateFile(dataDirectory), key: join(dataDirectory, 'grpc.key') };
  if (existsSync(files.certificate) && existsSync(files.key)) {
    const kept = {
      certificate: readFileSync(files.certificate, 'utf8'),
      key: readFileSync(files.key, 'utf8'),
    };
    if (holds(kept, now)) return kept;
  }
  const made = make(now);
  writeFileSync(files.key, made.key, { mode: 0o600 });
  writeFileSync(files.certificate, made.certificate, { mode: 0o600 });
  return made;
}

function holds({ certificate, key }: Certificate, now: Date): boolean {
  try {
    const read = new X509Certificate(certificate);
    return read.checkPrivateKey(createPrivateKey(key)) && new Date(read.validTo) > now;
  } catch {
    return false;
  }
}
