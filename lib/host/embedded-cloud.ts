import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { startChild, type Child } from './children.ts';
import { embeddedCloudConfig, type Ports } from './configuration.ts';
import { projectRoot } from './paths.ts';
import { isPortFree } from './ports.ts';
import type { Secrets } from './secrets.ts';
import { Stop } from './stop.ts';

export interface EmbeddedCloud {
  port: number;
  /** `redis-server` or `mock`. */
  redisEngine: string;
  child: Child;
}

export interface Mail {
  to: string;
  subject: string;
  code: string;
}

/** Starts the embedded cloud's process and waits until its servers listen. */
export async function startEmbeddedCloud(options: {
  dataDir: string;
  ports: Ports;
  appOrigin: string;
  secrets: Secrets;
  onMail: (mail: Mail) => void;
  /** A second key of the app's role, while it replaces the first. */
  otherAppKey?: { id: string; secret: string };
}): Promise<EmbeddedCloud> {
  const port = await chooseBlock(options.ports);
  const { SELKIE_CLOUD_CONFIG: _, ...env } = process.env;
  const child = startChild(['--import', 'tsx', join(projectRoot, 'lib/local/main.ts')], {
    env: { ...env, SELKIE_CLOUD_CONFIG: JSON.stringify({ ...embeddedCloudConfig(options.dataDir, port, options.appOrigin, options.secrets), ...(options.otherAppKey !== undefined && { otherAppKey: options.otherAppKey }) }) },
  });
  const lines = createInterface({ input: child.process.stdout! });
  const ready = new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const message = parseLine(line);
      if (message === undefined) process.stdout.write(`${line}\n`);
      else if (message.ready === true) resolve(typeof message.redisEngine === 'string' ? message.redisEngine : 'unknown');
      else if (message.mail !== undefined) options.onMail(message.mail as Mail);
    });
    void child.ended.then(() => reject(new Stop('The embedded cloud did not start (its own words are above).')));
  });
  return { port, redisEngine: await ready, child };
}

const BLOCK = 4;
const NEXT_BLOCK = 10;

/** The named block of ports, or the next free one when nobody named it (a second stack beside the first). */
async function chooseBlock(ports: Ports): Promise<number> {
  for (let base = ports.cloud; base < ports.cloud + 50 * NEXT_BLOCK && base + BLOCK < 65_536; base += NEXT_BLOCK) {
    const free = await Promise.all(Array.from({ length: BLOCK }, (_, i) => isPortFree(base + i)));
    if (free.every(Boolean)) return base;
    if (ports.cloudIsExplicit) {
      throw new Stop(`The embedded cloud needs the ports ${base} to ${base + BLOCK - 1}, and ${base + free.indexOf(false)} is taken. Set SELKIE_CLOUD_PORT to the first of four free ports.`);
    }
  }
  throw new Stop('No four free ports in a row were found for the embedded cloud. Set SELKIE_CLOUD_PORT to the first of four free ports.');
}

function parseLine(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
