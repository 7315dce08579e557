import { join } from 'node:path';
import type { CloudConfig } from './cloud-config.ts';
import { createCognito } from './cognito/cognito.ts';
import { startControl } from './control.ts';
import { createFaults } from './faults.ts';
import { startFront } from './front.ts';
import { createIam } from './iam/iam.ts';
import { readTemplate } from './iam/read-stack.ts';
import { type Mail, createOutbox } from './outbox/outbox.ts';
import { createRedis } from './redis/redis.ts';
import { createRequestLog } from './request-log.ts';
import { createS3 } from './s3/s3.ts';

/**
 * The embedded cloud: three services and a control door, four ports in a row.
 *
 *     port      control: outbox, faults, request log, health
 *     port + 1  S3
 *     port + 2  Cognito and STS
 *     port + 3  Redis, as Upstash's REST API
 *
 * A process of its own, so that it can be killed under the app, as the real one can fail; rejected: in the app's
 * process, where a bug of the bench could keep the app alive.
 */
export interface Cloud {
  endpoints: { control: string; outbox: string; s3: string; cognito: string; redis: string };
  redisEngine: string;
  close(): Promise<void>;
}

/** @throws Error with one sentence for the person when a port is taken; whatever had started is closed again. */
export async function startCloud(config: CloudConfig, announce: (mail: Mail) => void): Promise<Cloud> {
  const now = () => Date.now();
  const opened: Array<() => Promise<void>> = [];
  const close = async () => {
    // Last opened, first closed: no front may outlive its service.
    for (const one of opened.splice(0).reverse()) await one();
  };
  const portOf = (offset: number) => (config.port === 0 ? 0 : config.port + offset);
  const onPort = async <T>(name: string, offset: number, start: (port: number) => Promise<T & { close(): Promise<void> }>): Promise<T> => {
    const port = portOf(offset);
    const server = await start(port).catch((error: unknown) => {
      throw explainPort(error, name, port);
    });
    opened.push(() => server.close());
    return server;
  };

  try {
    const faults = createFaults();
    const log = createRequestLog();
    const outbox = await createOutbox({ dataDir: join(config.dataDir, 'outbox'), now, announce });

    // Ports before services: a second cloud on the same data must fail here, before it opens one file of the first.
    const health: { services: Array<{ name: 's3' | 'cognito' | 'redis'; port: number; url: string }>; redisEngine: string } = { services: [], redisEngine: '' };
    const control = await onPort('control', 0, (port) => startControl({ port, faults, log, outbox, health: () => health }));

    // What Cognito gives out, S3 takes: one IAM, with the rules that are deployed to AWS.
    const { bucket, region, cognito: { userPoolId, clientId, identityPoolId } } = config;
    const iam = createIam({
      rootKeys: new Map([[config.s3AccessKeyId, config.s3SecretAccessKey]]), region, now,
      rules: { template: readTemplate(), bucket, userPoolId, clientId, identityPoolId, appKey: { id: config.appAccessKeyId, secret: config.appSecretAccessKey }, secret: config.s3SecretAccessKey, ...(config.otherAppKey !== undefined && { otherAppKey: config.otherAppKey }) },
    });
    const s3 = await createS3({ dataDir: join(config.dataDir, 's3'), region, iam, now });
    opened.push(() => s3.close());
    await s3.ensureBucket(config.bucket);
    const cognito = await createCognito({
      dataDir: join(config.dataDir, 'cognito'),
      config: { region: config.region, ...config.cognito },
      iam,
      now,
      outbox,
    });
    opened.push(() => cognito.close());
    const redis = await createRedis({
      dataDir: join(config.dataDir, 'redis'),
      token: config.redisToken,
      ...(config.redisEngine === undefined ? {} : { engine: config.redisEngine }),
    });
    opened.push(() => redis.close());

    const urls: string[] = [];
    for (const [at, service] of [s3, cognito, redis].entries()) {
      const front = await onPort(service.name, at + 1, (port) => startFront({ service, port, faults, log }));
      health.services.push({ name: service.name, port: front.port, url: front.url });
      urls.push(front.url);
    }
    health.redisEngine = redis.engine;
    const [s3Url = '', cognitoUrl = '', redisUrl = ''] = urls;
    return {
      endpoints: { control: control.url, outbox: `${control.url}/outbox`, s3: s3Url, cognito: cognitoUrl, redis: redisUrl },
      redisEngine: redis.engine,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function explainPort(error: unknown, name: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE') return new Error(`Port ${port} (${name}) is taken; stop what uses it, or set SELKIE_CLOUD_PORT to the first of four free ports.`);
  if (code === 'EACCES') return new Error(`Port ${port} (${name}) is not ours to open; set SELKIE_CLOUD_PORT to the first of four free ports above 1023.`);
  return error;
}
