import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCertificates } from './certificates.ts';
import { embeddedCloudConfig, embeddedEnvironment } from '../configuration.ts';
import { startEmbeddedCloud, type EmbeddedCloud } from '../embedded-cloud.ts';
import type { Environment } from '../environment.ts';
import { loadSecrets, type Secrets } from '../secrets.ts';
import { actionIdOf } from './action-transport.ts';
import { freePort } from './free-port.ts';
import { startInstance, type Instance } from './instance.ts';
import { startNginx } from './nginx.ts';
import { startOperatorsRedis, type PlainRedis } from './plain-redis.ts';

/**
 * A deployment on own hosts, all of it on this machine:
 *
 *     nginx (TLS) ─► 3 × server.mjs ─► redis-front.mjs ─► redis-server (password, append-only file)
 *                                  └─► S3 and Cognito of the embedded cloud, a process of its own that can be told to fail
 *
 * The package, its front, nginx.conf and redis.conf of lib/infra/hosts are what an operator gets; only names and ports are this machine's.
 */
export interface LoadStack {
  origin: string;
  /** PEM. */
  ca: string;
  /** The control door of the embedded cloud. */
  control: string;
  secrets: Secrets;
  cognito: { endpoint: string; region: string; userPoolId: string; clientId: string };
  s3: { endpoint: string; bucket: string; region: string };
  /** Of the sync action, in the build that is served. */
  actionId: string;
  instances: readonly Instance[];
  /** Stops redis-server in order, does `meanwhile`, and starts it on the same file and port. */
  restartRedis(meanwhile: () => Promise<unknown>, changed?: { password?: string; alsoPassword?: string }): Promise<void>;
  /** As above, for the embedded cloud; the keys of the app's role are those before, where nothing is said. */
  restartCloud(meanwhile: () => Promise<unknown>, keys?: { app: AppKey; other?: AppKey }): Promise<void>;
  /** Stops the REST front in order and starts it with these, on the same port. */
  restartFront(changed: { tokens?: string[]; password?: string }): Promise<void>;
  /** Replaces the instances one by one, with these variables changed, or by those of another build. */
  restartInstances(changed: Environment, packageFolder?: string): Promise<void>;
  /** Ends nginx and starts it with the operators' file changed so; with that file itself where nothing is said. */
  restartNginx(change?: (text: string) => string): Promise<void>;
  frontUrl: string;
  /** As they are just now. */
  frontTokens(): readonly string[];
  redisPassword(): string;
  redisPort(): number;
  /** Where redis-server and the embedded cloud keep their data. */
  folders: { redis: string; cloud: string };
  /** Process ids by name, of all but the instances. */
  others(): Record<string, number>;
  /** Answers that nginx was passing on when their instance died. */
  cutAnswers(): number;
  stop(): Promise<void>;
}

export interface AppKey {
  id: string;
  secret: string;
}

export async function startLoadStack(options: { folder: string; packageFolder: string; instances: number; say: (line: string) => void }): Promise<LoadStack> {
  const { folder, packageFolder, say } = options;
  mkdirSync(folder, { recursive: true });
  // Ctrl-C: the children's own `exit` handlers end them.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
  const opened: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of opened.splice(0).toReversed()) await close();
  };
  try {
    const certificates = makeCertificates(join(folder, 'tls'));
    const port = await freePort();
    const origin = `https://localhost:${port}`;
    const secrets = loadSecrets(folder, say);
    const folders = { redis: join(folder, 'redis'), cloud: join(folder, 'cloud') };
    let appKeys: { app: AppKey; other?: AppKey } = { app: { id: secrets.appAccessKeyId, secret: secrets.appSecretAccessKey } };
    const startCloud = (ports: { cloud: number; cloudIsExplicit: boolean }) => startEmbeddedCloud({
      dataDir: folders.cloud, ports: { app: port, ...ports }, appOrigin: origin, onMail: () => undefined,
      secrets: { ...secrets, appAccessKeyId: appKeys.app.id, appSecretAccessKey: appKeys.app.secret }, ...(appKeys.other !== undefined && { otherAppKey: appKeys.other }),
    });
    let cloud: EmbeddedCloud = await startCloud({ cloud: 4500, cloudIsExplicit: false });
    opened.push(() => cloud.child.stop());
    let password = randomBytes(24).toString('base64url');
    let redis: PlainRedis = await startOperatorsRedis({ dataDir: folders.redis, password });
    opened.push(() => redis.stop());
    let tokens = [randomBytes(32).toString('hex')];
    const frontPort = await freePort();
    const launchFront = () => startFront({ packageFolder, port: frontPort, tokens, redisUrl: `redis://selkie:${password}@127.0.0.1:${redis.port}` });
    let front = await launchFront();
    opened.push(() => front.stop());
    let env: Environment = {
      PATH: process.env.PATH, ...embeddedEnvironment(cloud.port, secrets), OUTBOX_URL: undefined,
      APP_ORIGIN: origin, TRUSTED_PROXY_HOPS: '1', UPSTASH_REDIS_REST_URL: front.url, UPSTASH_REDIS_REST_TOKEN: tokens[0],
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    };
    const instances: Instance[] = [];
    for (let i = 0; i < options.instances; i += 1) {
      const instance = await startInstance({ packageFolder, port: await freePort(), env, logFile: join(folder, `instance-${i + 1}.log`) });
      instances.push(instance);
      opened.push(() => instance.stop());
    }
    const launchNginx = (change?: (text: string) => string) =>
      startNginx({ folder: join(folder, 'nginx'), port, instances: instances.map((each) => each.port), certificates, ...(change !== undefined && { change }) });
    let nginx = await launchNginx();
    opened.push(() => nginx.stop());
    const { bucket, region, cognito } = embeddedCloudConfig(folder, cloud.port, origin, secrets) as { bucket: string; region: string; cognito: { userPoolId: string; clientId: string } };
    return {
      origin, ca: readFileSync(certificates.ca, 'utf8'), control: `http://127.0.0.1:${cloud.port}`, secrets,
      cognito: { endpoint: `http://127.0.0.1:${cloud.port + 2}`, region, userPoolId: cognito.userPoolId, clientId: cognito.clientId },
      s3: { endpoint: `http://127.0.0.1:${cloud.port + 1}`, bucket, region }, actionId: actionIdOf(packageFolder), instances,
      folders, frontUrl: front.url, frontTokens: () => tokens, redisPassword: () => password, redisPort: () => redis.port,
      async restartRedis(meanwhile, changed = {}) {
        const { port: redisPort } = redis;
        password = changed.password ?? password;
        await redis.stop();
        await meanwhile();
        const { alsoPassword } = changed;
        redis = await startOperatorsRedis({ dataDir: folders.redis, password, port: redisPort, ...(alsoPassword !== undefined && { alsoPassword }) });
      },
      async restartCloud(meanwhile, keys = appKeys) {
        await cloud.child.stop();
        appKeys = keys;
        await meanwhile();
        cloud = await startCloud({ cloud: cloud.port, cloudIsExplicit: true });
      },
      async restartFront(changed) {
        tokens = changed.tokens ?? tokens;
        password = changed.password ?? password;
        await front.stop();
        front = await launchFront();
      },
      async restartInstances(changed, other) {
        env = { ...env, ...changed };
        for (const instance of instances) {
          await instance.stop();
          await instance.start({ env, ...(other !== undefined && { packageFolder: other }) });
        }
      },
      cutAnswers: () => nginx.cutAnswers(),
      async restartNginx(change) {
        await nginx.stop();
        nginx = await launchNginx(change);
      },
      others: () => ({ nginx: nginx.process.pid ?? 0, redis: redis.process.pid ?? 0, front: front.pid, cloud: cloud.child.process.pid ?? 0 }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Front {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

async function startFront(options: { packageFolder: string; port: number; tokens: readonly string[]; redisUrl: string }): Promise<Front> {
  const child = spawn(process.execPath, [join(options.packageFolder, 'redis-front.mjs')], {
    env: { NODE_ENV: 'production', PATH: process.env.PATH, REDIS_URL: options.redisUrl, REDIS_FRONT_TOKEN: options.tokens.join(','), REDIS_FRONT_PORT: String(options.port) }, stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), ended.then(() => Promise.reject(new Error('The REST front did not start.')))]);
  return {
    url: `http://127.0.0.1:${options.port}`, pid: child.pid ?? 0,
    async stop() {
      process.off('exit', kill);
      child.kill('SIGTERM');
      await ended;
    },
  };
}
