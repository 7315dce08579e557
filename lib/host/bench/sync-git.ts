import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { findAllOnPath } from '../../local/s3/testing/command-line.ts';
import { peerPackages } from './peer-packages.ts';
import { twoFolders } from './sync-folder.ts';
import { startHttpFront } from './sync-http-front.ts';
import type { PeerMaker } from './sync-peer.ts';

/** What is used of isomorphic-git. */
interface Git {
  init(options: object): Promise<void>;
  addRemote(options: object): Promise<void>;
  setConfig(options: object): Promise<void>;
  /** `[path, in the head, in the folder, in the index]`; 1, 1, 1 is unchanged. */
  statusMatrix(options: object): Promise<[string, number, number, number][]>;
  add(options: object): Promise<void>;
  commit(options: object): Promise<string>;
  push(options: object): Promise<{ ok: boolean }>;
  pull(options: object): Promise<void>;
  fetch(options: object): Promise<unknown>;
  clone(options: object): Promise<void>;
  checkout(options: object): Promise<void>;
}

/** A working copy a device, one bare repository behind Git's own HTTP server. */
export const isomorphicGit: PeerMaker = async (bench) => {
  const require = peerPackages();
  const [program] = findAllOnPath('git');
  if (require === undefined || program === undefined) return 'not installed';
  const git = require('isomorphic-git') as Git;
  const http = require('isomorphic-git/http/node') as unknown;
  const folders = twoFolders(bench);
  const root = join(bench.folder, 'server');
  for (const args of [['init', '--quiet', '--bare', '--initial-branch=main', join(root, 'files.git')], ['-C', join(root, 'files.git'), 'config', 'http.receivepack', 'true']]) {
    if (spawnSync(program, args, { env: gitEnvironment() as NodeJS.ProcessEnv }).status !== 0) throw new Error(`git ${args.join(' ')} failed.`);
  }
  const front = await startHttpFront((incoming, outgoing) => serveGit(program, root, incoming, outgoing));
  const url = `${front.url}/files.git`;
  const at = (dir: string) => ({ fs, http, dir, url, remote: 'origin', ref: 'main', author: { name: 'bench', email: 'bench@example.com' } });

  const sync = async (dir: string): Promise<string | undefined> => {
    const matrix = await git.statusMatrix(at(dir));
    const changed = matrix.filter(([, head, work, stage]) => head !== 1 || work !== 1 || stage !== 1).map(([path]) => path);
    if (changed.length === 0) {
      await git.pull({ ...at(dir), singleBranch: true });
      return undefined;
    }
    await git.add({ ...at(dir), filepath: changed });
    const { url: _, ref: __, ...local } = at(dir);
    const id = await git.commit({ ...local, message: 'sync' });
    // Rejected: somebody was quicker.
    await git.push(at(dir)).catch(async () => {
      await git.pull({ ...at(dir), singleBranch: true });
      await git.push(at(dir));
    });
    return id;
  };

  let first = '';
  return {
    name: 'isomorphic-git to git http-backend',
    meter: front.meter,
    remarks: { 'restore of an old state': 'the history is on the device' },
    steps: {
      'first sync': {
        async prepare() {
          await git.init({ fs, dir: folders.a, defaultBranch: 'main' });
          await git.addRemote({ ...at(folders.a), remote: 'origin' });
          await folders.writeAll();
        },
        async run() {
          first = (await sync(folders.a))!;
        },
      },
      'one edit': { prepare: folders.edit, run: async () => void (await sync(folders.a)) },
      'no change': { run: async () => void (await sync(folders.a)) },
      'new device': { run: () => git.clone({ ...at(folders.b), singleBranch: true }), check: folders.requireSame },
      'two devices collide': {
        prepare: folders.editBoth,
        async run() {
          await sync(folders.a);
          await sync(folders.b);
          await sync(folders.a);
        },
      },
      'restore of an old state': { run: () => git.checkout({ ...at(folders.a), ref: first, force: true }), check: folders.requireOldState },
    },
    survived: folders.survived,
    dispose: () => front.close(),
  };
};

/** The person's own settings stay out. */
function gitEnvironment(): Record<string, string | undefined> {
  return { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
}

/** RFC 3875, as far as `git http-backend` asks for it. */
function serveGit(program: string, root: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { pathname, search } = new URL(incoming.url ?? '/', 'http://localhost');
  const { headers } = incoming;
  const child = spawn(program, ['http-backend'], {
    env: {
      ...gitEnvironment(), GIT_PROJECT_ROOT: root, GIT_HTTP_EXPORT_ALL: '1', REQUEST_METHOD: incoming.method, PATH_INFO: pathname,
      QUERY_STRING: search.slice(1), CONTENT_TYPE: headers['content-type'], CONTENT_LENGTH: headers['content-length'],
      HTTP_CONTENT_ENCODING: headers['content-encoding'], HTTP_GIT_PROTOCOL: headers['git-protocol'] as string | undefined, REMOTE_ADDR: '127.0.0.1',
    } as unknown as NodeJS.ProcessEnv,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => undefined);
  incoming.pipe(child.stdin);
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  child.on('close', () => {
    const answer = Buffer.concat(parts);
    const end = answer.indexOf('\r\n\r\n');
    const fields = answer.subarray(0, Math.max(0, end)).toString('latin1').split('\r\n').map((line) => line.split(/: (.*)/s) as [string, string]);
    const status = fields.find(([name]) => name.toLowerCase() === 'status')?.[1];
    outgoing.statusCode = end < 0 ? 500 : Number.parseInt(status ?? '200', 10);
    for (const [name, value] of fields) if (name !== '' && name.toLowerCase() !== 'status') outgoing.setHeader(name, value);
    outgoing.end(answer.subarray(end + 4));
  });
}
