import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseEnvironment, ENVIRONMENT_NAMES } from '../../core/session/environment.ts';
import { callerOf } from '../forwarded.ts';
import { projectRoot } from '../paths.ts';
import { makeCertificates } from './certificates.ts';
import { freePort } from './free-port.ts';
import { startNginx } from './nginx.ts';

const has = (program: string, argument = '-v') => spawnSync(program, [argument]).error === undefined;
const hosts = join(projectRoot, 'lib/infra/hosts');
const folder = mkdtempSync(join(tmpdir(), 'selkie-hosts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Seen {
  headers: Record<string, string | string[] | undefined>;
  socket: string;
}

/** Stands where an instance does, and says what it was told. */
async function startEcho(port: number): Promise<Server> {
  const server = createServer((incoming, outgoing) => outgoing.end(JSON.stringify({ headers: incoming.headers, socket: incoming.socket.remoteAddress })));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}

describe.skipIf(!has('nginx') || !has('openssl', 'version'))('nginx.conf', () => {
  const certificates = () => makeCertificates(join(folder, 'tls'));
  const ask = (port: number, options: { headers?: Record<string, string>; path?: string; servername?: string; localAddress?: string } = {}) =>
    new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
      const { path = '/', servername = 'localhost', ...rest } = options;
      get({ host: '127.0.0.1', port, path, servername, ca: readFileSync(certificates().ca), headers: { host: `localhost:${port}`, ...rest.headers }, ...(rest.localAddress !== undefined && { localAddress: rest.localAddress }) }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (piece: string) => (text += piece)).once('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, text }));
      }).once('error', reject);
    });

  test('what a client says about itself is dropped: the app sees the address and the scheme that nginx saw', async () => {
    const [port, one, two, three] = [await freePort(), await freePort(), await freePort(), await freePort()];
    const echo = await startEcho(one);
    const nginx = await startNginx({ folder: join(folder, 'forged'), port, instances: [one, two, three], certificates: certificates() });
    const forged = { 'x-forwarded-for': '6.6.6.6, 7.7.7.7', 'x-forwarded-proto': 'http', 'x-forwarded-host': 'evil.example', forwarded: 'for=6.6.6.6' };
    const { text, status } = await ask(port, { headers: forged, localAddress: '127.0.0.77' });
    const { headers, socket } = JSON.parse(text) as Seen;
    expect(status).toBe(200);
    expect(callerOf(headers, socket, false, 1)).toEqual({ address: '127.0.0.77', host: `localhost:${port}`, protocol: 'https', isProxied: true });
    await nginx.stop();
    echo.close();
  });

  test('an instance that is away is passed by; when all are, it is 503 with Retry-After, as the app itself says it', async () => {
    const [port, one, two, three] = [await freePort(), await freePort(), await freePort(), await freePort()];
    const echo = await startEcho(two);
    const nginx = await startNginx({ folder: join(folder, 'away'), port, instances: [one, two, three], certificates: certificates() });
    for (let i = 0; i < 4; i += 1) expect((await ask(port)).status).toBe(200);
    echo.closeAllConnections();
    await new Promise((resolve) => echo.close(resolve));
    const away = await ask(port);
    expect([away.status, away.headers['retry-after'], away.headers['content-type'], away.headers['cache-control'], (JSON.parse(away.text) as { code: string }).code]).toEqual([503, '2', 'application/problem+json', 'no-store', 'unavailable']);
    await nginx.stop();
  });

  test('metrics are nobody\'s out there, plain http leads to https, and another name gets no certificate', async () => {
    const [port, one, two, three] = [await freePort(), await freePort(), await freePort(), await freePort()];
    const echo = await startEcho(one);
    const nginx = await startNginx({ folder: join(folder, 'doors'), port, instances: [one, two, three], certificates: certificates() });
    expect((await ask(port, { path: '/api/metrics' })).status).toBe(404);
    await expect(ask(port, { servername: 'evil.example' })).rejects.toThrow(/alert|EPROTO|unrecognized/i);
    const plain = await new Promise<{ status: number; location: string | undefined }>((resolve, reject) => {
      request({ host: '127.0.0.1', port: port + 1, path: '/a?b=c', headers: { host: 'localhost' } }, (answer) => resolve({ status: answer.statusCode!, location: answer.headers.location })).once('error', reject).end();
    });
    expect(plain).toEqual({ status: 308, location: `https://localhost:${port}/a?b=c` });
    await nginx.stop();
    echo.close();
  });
});

describe.skipIf(!has('caddy', 'version'))('Caddyfile', () => {
  test('Caddy takes it', () => {
    expect(spawnSync('caddy', ['validate', '--adapter', 'caddyfile', '--config', join(hosts, 'Caddyfile')], { encoding: 'utf8' }).status).toBe(0);
  });
});

describe.skipIf(!has('systemd-analyze', '--version'))('units of systemd', () => {
  test('systemd takes them, and finds little that they are open to', () => {
    const units = join(folder, 'units');
    mkdirSync(units);
    const bodies: Record<string, string> = { 'selkie@3001.service': 'selkie@.service', 'selkie-redis-front.service': 'selkie-redis-front.service' };
    for (const [name, file] of Object.entries(bodies)) {
      // Without Node at that place systemd complains of the machine, not of the file.
      writeFileSync(join(units, name), readFileSync(join(hosts, file), 'utf8').replace('/usr/bin/node', process.execPath));
      const verified = spawnSync('systemd-analyze', ['verify', join(units, name)], { encoding: 'utf8' });
      expect([name, verified.status, verified.stderr]).toEqual([name, 0, '']);
      const { stdout } = spawnSync('systemd-analyze', ['security', '--offline=true', '--no-pager', join(units, name)], { encoding: 'utf8' });
      expect(Number(/Overall exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1])).toBeLessThan(2);
    }
  });
});

describe('compose.yaml', () => {
  interface Service {
    image?: string; build?: unknown; read_only?: boolean; cap_drop?: string[]; security_opt?: string[]; ports?: string[]; environment?: Record<string, string>; networks?: string[]; command?: string[];
  }
  const read = () => parse(readFileSync(join(hosts, 'compose.yaml'), 'utf8'), { merge: true }) as { services: Record<string, Service>; networks: Record<string, { internal?: boolean } | null> };

  test('every container runs without rights, on a file system that it can not write, from an image with a version', () => {
    for (const [name, service] of Object.entries(read().services)) {
      expect([name, service.read_only, service.cap_drop, service.security_opt]).toEqual([name, true, ['ALL'], ['no-new-privileges:true']]);
      if (service.image !== 'selkie') expect([name, service.image]).toEqual([name, expect.stringMatching(/:\d+\.\d+/)]);
    }
  });

  test('only the proxy is reached from outside; Redis and the store reach nobody', () => {
    const { services, networks } = read();
    expect(Object.entries(services).filter(([, { ports }]) => ports !== undefined).map(([name, { ports }]) => [name, ports])).toEqual([['proxy', ['80:80', '443:443']]]);
    expect(networks.back).toEqual({ internal: true });
    for (const name of ['redis', 'redis-front', 'store']) expect([name, services[name]!.networks]).toEqual([name, ['back']]);
  });

  test('the app gets an environment that it takes, and no secret stands in the file', () => {
    const { services } = read();
    const filled: Record<string, string> = {
      APP_ORIGIN: 'https://selkie.example', SESSION_SECRET: Buffer.alloc(32, 7).toString('base64'), COGNITO_REGION: 'eu-west-1', COGNITO_USER_POOL_ID: 'eu-west-1_AbCdEf123', COGNITO_CLIENT_ID: 'abc',
      COGNITO_CLIENT_SECRET: 'x'.repeat(40), REDIS_FRONT_TOKEN: 't'.repeat(64), S3_ENDPOINT: 'http://store:8333',
    };
    const fill = (value: string) => value.replace(/\$\{(\w+)(?::\?|:-([^}]*))?\}/g, (_, name: string, fallback: string | undefined) => filled[name] ?? fallback ?? '');
    const environment = services['selkie-1']!.environment!;
    for (const [name, value] of Object.entries(environment)) {
      if (/SECRET|TOKEN|KEY|PASSWORD/.test(name)) expect([name, value]).toEqual([name, expect.stringMatching(/^\$\{\w+:\?\}$/)]);
    }
    const parsed = parseEnvironment(Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, fill(String(value))])));
    expect([parsed.trustedProxyHops, parsed.redis.url, parsed.s3.endpoint]).toEqual([1, 'http://redis-front:8079', 'http://store:8333']);
    const known = new Set<string>([...ENVIRONMENT_NAMES, 'NEXT_SERVER_ACTIONS_ENCRYPTION_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']);
    expect(Object.keys(environment).filter((name) => !known.has(name))).toEqual([]);
  });

  test('each variable that it asks for is in compose.env.example', () => {
    const text = readFileSync(join(hosts, 'compose.yaml'), 'utf8');
    const wanted = new Set([...text.matchAll(/(?<!\$)\$\{(\w+):\?/g)].map(([, name]) => name!));
    const given = new Set([...readFileSync(join(hosts, 'compose.env.example'), 'utf8').matchAll(/^(\w+)=/gm)].map(([, name]) => name!));
    expect([...wanted].filter((name) => !given.has(name))).toEqual([]);
  });
});

test('the Dockerfile copies no secret and ends without root and shell', () => {
  const text = readFileSync(join(hosts, 'Dockerfile'), 'utf8');
  const last = text.slice(text.lastIndexOf('\nFROM '));
  expect([/^FROM \S+:nonroot$/m.test(last), /^RUN/m.test(last), /^(ARG|ENV) .*(SECRET|KEY|TOKEN|PASSWORD)/im.test(text)]).toEqual([true, false, false]);
  const ignored = readFileSync(join(hosts, 'Dockerfile.dockerignore'), 'utf8').split('\n');
  for (const name of ['.git', '.env', '.env.*', '.selkie*', 'node_modules']) expect(ignored).toContain(name);
  // The health check, run as the container runs it.
  const script = /"-e", "(.*)"\]/.exec(text)![1]!;
  expect(() => execFileSync(process.execPath, ['--check', '-'], { input: script })).not.toThrow();
});
