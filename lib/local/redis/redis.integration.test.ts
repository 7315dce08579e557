import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFaults } from '../faults.ts';
import { startFront, type Front } from '../front.ts';
import { createRequestLog } from '../request-log.ts';
import type { LocalService, ServiceRequest } from '../service.ts';
import { isInstalled } from './is-installed.ts';
import { processInfo } from './process-info.ts';
import { redisContract } from './redis-contract.ts';
import { createRedis } from './redis.ts';

const token = 'a-token-for-tests';
// CI installs it: missing there is a failure, not a half that quietly did not run.
const hasServer = (await isInstalled('redis-server')) || Boolean(process.env.CI);
const engines = [['mock', true], ['redis-server', hasServer]] as const;

const inFolder = () => mkdtemp(join(tmpdir(), 'selkie-redis-test-'));

async function run(service: LocalService, ...command: (string | number)[]): Promise<unknown> {
  const request = { method: 'POST', path: '/', query: '', headers: { authorization: `Bearer ${token}` }, body: Buffer.from(JSON.stringify(command)) };
  const { body } = await service.handle(request as unknown as ServiceRequest);
  return JSON.parse(String(body));
}

for (const [engine, isHere] of engines) {
  describe.skipIf(!isHere)(`the contract on ${engine}`, () => {
    let dataDir: string;
    let service: Awaited<ReturnType<typeof createRedis>>;
    let front: Front;
    beforeAll(async () => {
      dataDir = await inFolder();
      service = await createRedis({ dataDir, token, engine });
      front = await startFront({ service, port: 0, faults: createFaults(), log: createRequestLog() });
    });
    afterAll(async () => {
      await front.close();
      await service.close();
      await rm(dataDir, { recursive: true });
    });
    redisContract(() => ({ url: front.url, token }));

    test('says which engine it is, and names operations for the log', async () => {
      expect(service.engine).toBe(engine);
      const operationOf = (path: string, body: string) => service.operationOf({ method: 'POST', path, query: '', headers: {}, body: Buffer.from(body) } as unknown as ServiceRequest);
      expect([
        operationOf('/', '["get","secret-key"]'),
        operationOf('/pipeline', '[["eval","return 1",0]]'),
        operationOf('/pipeline', '[["GET","a"],["GET","b"]]'),
        operationOf('/multi-exec', '[["GET","a"],["GET","b"]]'),
        operationOf('/', '["secret-key"]'),
        operationOf('/', 'secret'),
      ]).toEqual(['GET', 'EVAL', 'PIPELINE', 'PIPELINE', 'unknown', 'unknown']);
    });
  });

  describe.skipIf(!isHere)(`keeping data: ${engine}`, () => {
    let dataDir: string;
    const warnings: string[] = [];
    const open = () => createRedis({ dataDir, token, engine, warn: (sentence) => void warnings.push(sentence) });
    beforeEach(async () => {
      dataDir = await inFolder();
      warnings.length = 0;
    });
    afterEach(() => rm(dataDir, { recursive: true }));

    test('a restart keeps every kind of value, and expiries', async () => {
      const first = await open();
      await run(first, 'SET', 'text', 'ü', 'PX', 60000);
      await run(first, 'HSET', 'hash', 'f', 'v');
      await run(first, 'ZADD', 'zset', 2, 'b', 1, 'a');
      await run(first, 'SADD', 'set', 'x');
      await run(first, 'RPUSH', 'list', '1', '2');
      const { result: id } = (await run(first, 'XADD', 'stream', '*', 'f', 'v')) as { result: string };
      await run(first, 'SET', 'brief', 'x', 'PX', 1);
      await first.close();
      const second = await open();
      const replies = [];
      for (const command of [['GET', 'text'], ['HGETALL', 'hash'], ['ZRANGE', 'zset', 0, -1, 'WITHSCORES'], ['SMEMBERS', 'set'], ['LRANGE', 'list', 0, -1], ['XRANGE', 'stream', '-', '+'], ['PTTL', 'hash']]) {
        replies.push(((await run(second, ...command)) as { result: unknown }).result);
      }
      expect(replies).toEqual(['ü', ['f', 'v'], ['a', '1', 'b', '2'], ['x'], ['1', '2'], [[id, ['f', 'v']]], -1]);
      const { result: left } = (await run(second, 'PTTL', 'text')) as { result: number };
      expect(left > 0 && left <= 60_000).toBe(true);
      await expect.poll(async () => run(second, 'EXISTS', 'brief'), { interval: 5 }).toEqual({ result: 0 });
      await second.close();
      expect(warnings).toEqual([]);
    });

    test('what expires while it is being written takes nothing else with it', async () => {
      const first = await open();
      await run(first, 'SET', 'kept', 'x');
      for (let i = 0; i < 3000; i += 1) await run(first, 'SET', `brief ${i}`, 'x', 'PX', 1 + (i % 400));
      await first.close();
      const second = await open();
      expect(await run(second, 'GET', 'kept')).toEqual({ result: 'x' });
      await second.close();
      expect(warnings).toEqual([]);
    });

    test('nothing is left running or lying about after close', async () => {
      const service = await open();
      if (engine === 'mock') {
        await service.close();
        expect(await readdir(dataDir)).toEqual(['redis-mock.json']);
        return;
      }
      const { pid, socket } = JSON.parse(await readFile(join(dataDir, 'redis-server.json'), 'utf8')) as { pid: number; socket: string };
      expect((await processInfo(pid))?.commandLine).toMatch(/redis-server/);
      expect((await stat(socket)).isSocket()).toBe(true);
      expect((await stat(dirname(socket))).mode & 0o777).toBe(0o700);
      await service.close();
      expect(await processInfo(pid)).toBeUndefined();
      await expect(stat(dirname(socket))).rejects.toThrow('ENOENT');
      expect(await readdir(dataDir)).toEqual(['appendonlydir']);
    });
  });
}

test('a damaged snapshot of the stand-in is set aside with a sentence, and the copy before it is used', async () => {
  const dataDir = await inFolder();
  const warnings: string[] = [];
  const open = () => createRedis({ dataDir, token, engine: 'mock', now: () => 1234, warn: (sentence) => void warnings.push(sentence) });
  for (const value of ['one', 'two']) {
    const service = await open();
    await run(service, 'SET', 'k', value);
    await service.close();
  }
  const path = join(dataDir, 'redis-mock.json');
  await truncate(path, 20);
  const service = await open();
  expect(await run(service, 'GET', 'k')).toEqual({ result: 'one' });
  await service.close();
  expect(warnings).toEqual([`The file with the sessions was damaged: it is kept as ${path}.damaged-1234, and the copy before the last change is used.`]);
  expect((await stat(`${path}.damaged-1234`)).size).toBe(20);
  await rm(dataDir, { recursive: true });
});

describe.skipIf(!hasServer)('redis-server and damage', () => {
  let dataDir: string;
  const warnings: string[] = [];
  const open = () => createRedis({ dataDir, token, engine: 'redis-server', now: () => 1234, warn: (sentence) => void warnings.push(sentence) });
  const appendOnlyFile = async () => {
    const folder = join(dataDir, 'appendonlydir');
    return join(folder, (await readdir(folder)).find((name) => name.endsWith('.incr.aof'))!);
  };
  beforeEach(async () => {
    dataDir = await inFolder();
    warnings.length = 0;
    const service = await open();
    for (let i = 0; i < 10; i++) await run(service, 'SET', `k${i}`, `v${i}`);
    await service.close();
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  test('a file that was cut off does not stop the start; what came before the cut is there', async () => {
    const file = await appendOnlyFile();
    await truncate(file, (await stat(file)).size - 5);
    const service = await open();
    expect([await run(service, 'GET', 'k8'), await run(service, 'GET', 'k9')]).toEqual([{ result: 'v8' }, { result: null }]);
    expect(await run(service, 'SET', 'k9', 'again')).toEqual({ result: 'OK' });
    await service.close();
    expect(warnings).toEqual(['The end of the kept sessions was cut off (a crash while writing), so the last of them may be missing.']);
  });

  test('any other damage: the files are set aside with a sentence, and it starts empty', async () => {
    const file = await appendOnlyFile();
    const bytes = await readFile(file);
    bytes.fill('#', 40, 60);
    await writeFile(file, bytes);
    const service = await open();
    expect(await run(service, 'GET', 'k1')).toEqual({ result: null });
    expect(await run(service, 'SET', 'k1', 'new')).toEqual({ result: 'OK' });
    await service.close();
    const aside = join(dataDir, 'appendonlydir.damaged-1234');
    expect(warnings).toEqual([expect.stringContaining('appendonlydir.damaged-1234')]);
    expect(await readFile(join(aside, file.split('/').at(-1)!))).toEqual(bytes);
  });
});

describe.skipIf(!hasServer || process.platform !== 'linux')('redis-server and a kill -9 of its owner', () => {
  const hold = async (dataDir: string) => {
    const owner = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('./testing/hold-redis.ts', import.meta.url)), dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(owner.stdout, 'data');
    const { pid } = JSON.parse(await readFile(join(dataDir, 'redis-server.json'), 'utf8')) as { pid: number };
    expect((await processInfo(pid))?.parent).toBe(owner.pid);
    return { owner, pid };
  };

  test('the server goes with it', async () => {
    const dataDir = await inFolder();
    const { owner, pid } = await hold(dataDir);
    owner.kill('SIGKILL');
    await expect.poll(() => processInfo(pid), { timeout: 10_000, interval: 20 }).toBeUndefined();
    await rm(dataDir, { recursive: true });
  });

  test('one that stayed behind is ended by the next start, and its data is there; a living owner is left alone', async () => {
    const dataDir = await inFolder();
    const { owner, pid } = await hold(dataDir);
    await expect(createRedis({ dataDir, token, engine: 'redis-server' })).rejects.toThrow(`Another Selkie (process ${owner.pid}) uses`);
    expect(await processInfo(pid)).toBeDefined();

    const children = (await readFile(`/proc/${owner.pid}/task/${owner.pid}/children`, 'utf8')).trim().split(' ').map(Number);
    for (const child of children) if ((await processInfo(child))?.commandLine.startsWith('sh ')) process.kill(child, 'SIGKILL');
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(await processInfo(pid)).toBeDefined();

    const next = await createRedis({ dataDir, token, engine: 'redis-server' });
    expect(await processInfo(pid)).toBeUndefined();
    expect(await run(next, 'PING')).toEqual({ result: 'PONG' });
    await next.close();
    await rm(dataDir, { recursive: true });
  });
});
