import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../load/free-port.ts';
import { projectRoot } from '../../paths.ts';

/** A redis-server or a Sentinel, which can be ended, hung and brought back on its own file. */
export interface Node {
  readonly port: number;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** SIGSTOP: no connection is closed, and nothing is answered, as when a machine is lost or cut off. */
  hang(): void;
  wake(): void;
  start(): Promise<void>;
}

/** Three servers and three Sentinels on loopback, with the files that operators get: redis.conf with its lines for Sentinel, and sentinel.conf. */
export interface Sentinels {
  /** The first one began as the master. */
  servers: readonly Node[];
  sentinels: readonly Node[];
  /** The port of the server that the Sentinels call the master. */
  master(): Promise<number>;
  /** How many servers keep up with it. */
  followers(): Promise<number>;
  /** When another server has all that the master has said yes to until now. */
  replicated(): Promise<void>;
  /** As somebody who may do anything, at one server. */
  command(port: number, ...words: string[]): Promise<unknown>;
  stop(): Promise<void>;
}

export const SENTINEL_NAME = 'selkie';
/** The file's five seconds would make a test of each failure long. */
const DOWN_AFTER_MS = 1_000;

export async function startSentinels(options: { folder: string; password: string }): Promise<Sentinels> {
  const { folder, password } = options;
  const running = new Set<ChildProcess>();
  const kill = () => running.forEach((child) => child.kill('SIGKILL'));
  process.once('exit', kill);
  const read = (name: string) => readFileSync(join(projectRoot, 'lib/infra/hosts', name), 'utf8').replaceAll('CHANGE_ME', password);
  const first = await freePort();
  const server = (port: number, follows: number | undefined) => {
    const text = read('redis.conf').replace(/^port .*$/m, `port ${port}`).replace(/^bind .*$/m, 'bind 127.0.0.1').replace(/^#(?=masteruser|masterauth|user |min-replicas)/gm, '');
    return openNode(join(folder, `server-${port}`), port, `${text}\nuser anybody on >${password} ~* &* +@all\n${follows === undefined ? '' : `replicaof 127.0.0.1 ${follows}\n`}`, [], running);
  };
  const servers = [await server(first, undefined), await server(await freePort(), first), await server(await freePort(), first)];
  const sentinels: Node[] = [];
  for (let i = 0; i < 3; i += 1) {
    const port = await freePort();
    const text = read('sentinel.conf').replace(/^port .*$/m, `port ${port}`).replace(/^bind .*$/m, 'bind 127.0.0.1').replace('10.0.0.1 6379', `127.0.0.1 ${first}`).replace(/(down-after-milliseconds \S+) .*/, `$1 ${DOWN_AFTER_MS}`).replace(/(failover-timeout \S+) .*/, `$1 ${DOWN_AFTER_MS * 2}`);
    sentinels.push(await openNode(join(folder, `sentinel-${port}`), port, text, ['--sentinel'], running));
  }
  const connections = new Map<number, Redis>();
  const connect = (port: number, login: object) => {
    const connection = connections.get(port) ?? new Redis({ host: '127.0.0.1', port, ...login, commandTimeout: 500, socketTimeout: 1_000, connectTimeout: 500, maxRetriesPerRequest: 0, retryStrategy: () => 50 }).on('error', () => undefined);
    connections.set(port, connection);
    return connection;
  };
  const ask = async (sentinel: Node, ...words: string[]) => connect(sentinel.port, { password }).call('SENTINEL', ...words);
  const command = async (port: number, ...[name = '', ...rest]: string[]) => connect(port, { username: 'anybody', password }).call(name, ...rest);
  const master = async () => {
    const answers = await Promise.all(sentinels.map((each) => ask(each, 'GET-MASTER-ADDR-BY-NAME', SENTINEL_NAME).catch(() => undefined)));
    const ports = new Set(answers.filter((answer) => Array.isArray(answer)).map((answer) => Number(answer[1])));
    if (ports.size !== 1) throw new Error(`The Sentinels say ${[...ports].join(' and ') || 'nothing'}.`);
    return [...ports][0]!;
  };
  const made: Sentinels = {
    servers, sentinels, master, command,
    followers: async () => String(await command(await master(), 'INFO', 'replication')).match(/^slave\d:\S*state=online\S*,lag=[01]\b/gm)?.length ?? 0,
    async replicated() {
      const port = await master();
      const [, followers] = await Promise.all([command(port, 'SET', 'mark', ''), command(port, 'WAIT', '1', '400')]);
      if (followers === 0) throw new Error('No follower has it.');
    },
    async stop() {
      for (const connection of connections.values()) connection.disconnect();
      process.off('exit', kill);
      await Promise.all([...servers, ...sentinels].map((each) => each.kill()));
    },
  };
  // All of them know of each other, and of the follower.
  await until(async () => (await made.followers()) === 2 && (await Promise.all(sentinels.map(async (each) => {
    const facts = (await ask(each, 'MASTER', SENTINEL_NAME)) as string[];
    const fact = (name: string) => facts[facts.indexOf(name) + 1];
    return fact('num-other-sentinels') === '2' && fact('num-slaves') === '2';
  }))).every(Boolean));
  return made;
}

/** The check again and again; one that throws has not come true yet. @throws Error after 100 s; a Sentinel that got no time on a busy machine waits 30 s by itself. */
export async function until(check: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 100_000;
  while (!(await check().catch(() => false))) {
    if (performance.now() > end) throw new Error('It did not come true within 100 s.');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function openNode(dataDir: string, port: number, configuration: string, flags: string[], running: Set<ChildProcess>): Promise<Node> {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'node.conf');
  writeFileSync(file, configuration.replace(/^dir .*$/m, `dir ${dataDir}`), { mode: 0o600 });
  let child: ChildProcess | undefined;
  const start = async () => {
    const started = spawn('redis-server', [file, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
    child = started;
    running.add(started);
    let log = '';
    await new Promise<void>((resolve, reject) => {
      started.stdout.on('data', (bytes: Buffer) => {
        log = (log + bytes.toString()).slice(-8_000);
        if (/ready to accept connections|Sentinel ID is/i.test(log)) resolve();
      });
      started.once('exit', () => {
        running.delete(started);
        reject(new Error(`redis-server ${flags.join(' ')} ended:\n${log}`));
      });
    });
  };
  await start();
  return {
    port,
    async kill() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    hang: () => void child?.kill('SIGSTOP'),
    wake: () => void child?.kill('SIGCONT'),
    start,
  };
}
