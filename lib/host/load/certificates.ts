import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of PEM files. */
export interface Certificates {
  ca: string;
  certificate: string;
  key: string;
}

/** An authority of our own and a certificate of it for localhost, thirty days long (doctor finds less too few), made by openssl into `folder`; or those that are there. */
export function makeCertificates(folder: string): Certificates {
  const at = (name: string) => join(folder, name);
  const made: Certificates = { ca: at('ca.pem'), certificate: at('server.pem'), key: at('server.key') };
  if (existsSync(made.certificate)) return made;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const openssl = (...argv: string[]) => execFileSync('openssl', argv, { stdio: ['ignore', 'ignore', 'pipe'] });
  const key = (path: string) => ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', path];
  openssl('req', '-x509', ...key(at('ca.key')), '-out', made.ca, '-days', '30', '-subj', '/CN=Selkie test authority');
  openssl('req', ...key(made.key), '-out', at('server.csr'), '-subj', '/CN=localhost');
  writeFileSync(at('names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  openssl('x509', '-req', '-in', at('server.csr'), '-CA', made.ca, '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '30', '-extfile', at('names'), '-out', made.certificate);
  return made;
}
