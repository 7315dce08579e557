import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** A `redis-server` of this test's own: on a Unix socket in a private folder, nothing kept on disk. */
export interface OwnRedis {
  socket: string;
  /** A connection to one of its numbered databases. */
  connect(database: number): Redis;
  close(): Promise<void>;
}

export const DATABASES = 16;

/** The shell around it ends the server when our end of the pipe closes, however this process dies. */
const KEEPER = 'redis-server "$@" & server=$!; read _; kill $server; wait $server';

export async function startOwnRedis(): Promise<OwnRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'selkie-races-'));
  const socket = join(folder, 's');
  const settings = ['--port', '0', '--unixsocket', socket, '--dir', folder, '--save', '', '--appendonly', 'no', '--databases', String(DATABASES)];
  const keeper = spawn('sh', ['-c', KEEPER, 'sh', ...settings], { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    let log = '';
    keeper.stdout.on('data', (chunk: Buffer) => {
      log += String(chunk);
      if (log.includes('ready to accept connections')) resolve();
    });
    keeper.once('exit', () => reject(new Error(`redis-server did not start: ${log.slice(-500)}`)));
  });
  const connections: Redis[] = [];
  return {
    socket,
    connect(database) {
      const connection = new Redis({ path: socket, db: database, maxRetriesPerRequest: 1 });
      connections.push(connection);
      return connection;
    },
    async close() {
      for (const connection of connections) connection.disconnect();
      const ended = once(keeper, 'exit');
      keeper.stdin.end();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
