import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createDrain, type Drain } from './drain.ts';

/** A server whose answers come when the test says so. */
interface Slow {
  server: Server;
  drain: Drain;
  port: number;
  /** Lets the oldest waiting handler end. */
  release(): void;
  waiting(): number;
  /** Handlers that have ended. */
  ended: number;
}

const NOW = { delayMs: 0, patienceMs: 10_000 };
const agents: Agent[] = [];
const slow: Slow[] = [];
afterEach(() => {
  for (const agent of agents.splice(0)) agent.destroy();
  for (const { server } of slow.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function startSlow(): Promise<Slow> {
  const waiting: (() => void)[] = [];
  const drain = createDrain();
  const server = createServer((incoming, response) => drain.serve(response, async () => {
    if (incoming.url !== '/quick') await new Promise<void>((resolve) => waiting.push(resolve));
    response.end('whole');
    one.ended += 1;
  }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const one: Slow = { server, drain, port: (server.address() as AddressInfo).port, release: () => waiting.shift()!(), waiting: () => waiting.length, ended: 0 };
  slow.push(one);
  return one;
}

function keptAgent(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.push(agent);
  return agent;
}

async function get(port: number, path = '/', agent = keptAgent()): Promise<{ body: string; connection: string | undefined }> {
  const asking = request({ port, path, agent, host: '127.0.0.1' }).end();
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of answer) body += String(chunk);
  return { body, connection: answer.headers.connection };
}

test('requests under way are answered whole, with the word that the connection ends, and then nothing listens', async () => {
  const { server, drain, port, release, waiting } = await startSlow();
  const [first, second] = [get(port), get(port)];
  await expect.poll(waiting).toBe(2);
  const drained = drain.drained([server], NOW);
  await expect(get(port)).rejects.toThrow('ECONNREFUSED');
  release();
  release();
  expect(await Promise.all([first, second, drained])).toEqual([{ body: 'whole', connection: 'close' }, { body: 'whole', connection: 'close' }, []]);
});

test('a kept connection that waits for its next request is closed, and one that never asked for anything holds nobody up', async () => {
  const { server, drain, port } = await startSlow();
  const agent = keptAgent();
  expect((await get(port, '/quick', agent)).connection).toBe('keep-alive');
  const silent = connect(port, '127.0.0.1');
  await once(silent, 'connect');
  const closed = once(silent, 'close');
  expect(await drain.drained([server], { delayMs: 0, patienceMs: 60_000 })).toEqual([]);
  await closed;
});

test('while the door stays open for the load balancer new requests are served', async () => {
  const { server, drain, port, release, waiting } = await startSlow();
  const held = get(port);
  await expect.poll(waiting).toBe(1);
  const drained = drain.drained([server], { delayMs: 300, patienceMs: 10_000 });
  expect(await get(port, '/quick')).toEqual({ body: 'whole', connection: 'close' });
  release();
  expect([(await held).body, await drained]).toEqual(['whole', []]);
});

test('who hangs up does not stop what was begun: the handler of a change runs to its end first', async () => {
  const one = await startSlow();
  const asking = request({ port: one.port, host: '127.0.0.1', agent: keptAgent(), method: 'POST' }).on('error', () => undefined).end();
  await expect.poll(one.waiting).toBe(1);
  asking.destroy();
  let isDrained = false;
  const drained = one.drain.drained([one.server], NOW).then((cut) => {
    isDrained = true;
    return cut;
  });
  await once(one.server, 'close');
  expect([isDrained, one.ended]).toEqual([false, 0]);
  one.release();
  expect([await drained, one.ended]).toEqual([[], 1]);
});

test('a reader that has gone is not waited for, though its handler never returns', async () => {
  const one = await startSlow();
  const asking = request({ port: one.port, host: '127.0.0.1', agent: keptAgent() }).on('error', () => undefined).end();
  await expect.poll(one.waiting).toBe(1);
  asking.destroy();
  expect([await one.drain.drained([one.server], { delayMs: 0, patienceMs: 60_000 }), one.ended]).toEqual([[], 0]);
});

test('what outlasts the patience is cut and counted', async () => {
  const { server, drain, port, waiting } = await startSlow();
  const held = get(port);
  held.catch(() => undefined);
  await expect.poll(waiting).toBe(1);
  expect((await drain.drained([server], { delayMs: 0, patienceMs: 50 })).map(({ url }) => url)).toEqual(['/']);
  await expect(held).rejects.toThrow('socket hang up');
});
