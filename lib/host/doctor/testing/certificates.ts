import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certified {
  key: string;
  cert: string;
}

export interface Authority {
  ca: string;
  /** For a host name, ending after so many days; a negative number has ended. */
  certify(host: string, days: number): Certified;
  dispose(): void;
}

/** A certificate authority of one test, made by openssl. */
export function makeAuthority(): Authority {
  const directory = mkdtempSync(join(tmpdir(), 'selkie-doctor-ca-'));
  const path = (name: string) => join(directory, name);
  const openssl = (...words: string[]) => void execFileSync('openssl', words, { stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...newKey, '-keyout', path('ca.key'), '-out', path('ca.pem'), '-days', '100', '-subj', '/CN=Authority of this test');
  let count = 0;
  return {
    ca: readFileSync(path('ca.pem'), 'utf8'),
    certify(host, days) {
      count += 1;
      const [key, request, cert] = ['key', 'csr', 'pem'].map((ending) => path(`leaf${count}.${ending}`)) as [string, string, string];
      const stamp = (ms: number) => new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '').replace('T', '');
      openssl('req', '-new', ...newKey, '-keyout', key, '-out', request, '-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`);
      // `x509 -req` can't set a date in the past before OpenSSL 3.4; `ca` always could.
      openssl(
        'ca', '-batch', '-in', request, '-out', cert, '-cert', path('ca.pem'), '-keyfile', path('ca.key'), '-startdate', stamp(Date.now() - 90 * DAY_MS), '-enddate', stamp(Date.now() + days * DAY_MS),
        '-config', configOf(directory), '-notext', '-create_serial',
      );
      return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
    },
    dispose: () => rmSync(directory, { recursive: true, force: true }),
  };
}

const DAY_MS = 24 * 3600 * 1000;

function configOf(directory: string): string {
  const file = join(directory, 'ca.cnf');
  writeFileSync(join(directory, 'index.txt'), '');
  writeFileSync(file, [
    '[ca]', 'default_ca = d', '[d]', `database = ${join(directory, 'index.txt')}`, `new_certs_dir = ${directory}`, 'default_md = sha256', 'policy = p', 'copy_extensions = copy',
    'unique_subject = no', `serial = ${join(directory, 'serial')}`, '[p]', 'commonName = supplied', '',
  ].join('\n'));
  return file;
}
