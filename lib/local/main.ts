import { CLOUD_CONFIG_VARIABLE, parseCloudConfig } from './cloud-config.ts';
import { type Cloud, startCloud } from './cloud.ts';
import * as limits from '../core/limits.ts';

/**
 * The embedded cloud's process. It speaks JSON lines on stdout: `{"ready":true,…}` once, then `{"mail":{…}}` for
 * each mail. It ends on SIGTERM and SIGINT, and when the host that started it goes: the host holds the other end of
 * stdin, which the kernel closes even when the host is killed, so that no orphan keeps the ports.
 */
const say = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

let starting: Promise<Cloud> | null = null;
let ending = false;

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  // Whatever hangs, the ports must come free.
  setTimeout(() => process.exit(1), 3 * limits.cloudCloseWaitMs).unref();
  // Told to end while starting: what has been started must be closed all the same.
  const cloud = await starting?.catch(() => null);
  await cloud?.close();
  process.exit(0);
}

function endOrComplain(): void {
  end().catch((error: unknown) => {
    console.error(`The embedded cloud did not end cleanly: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  });
}

process.on('SIGTERM', endOrComplain);
process.on('SIGINT', endOrComplain);
process.on('disconnect', endOrComplain);
// A broken pipe means that nobody listens any more.
process.stdout.on('error', endOrComplain);
// At a terminal there is no host, and reading would stop a process in the background.
if (!process.stdin.isTTY) {
  process.stdin.on('end', endOrComplain);
  process.stdin.on('error', endOrComplain);
  process.stdin.resume();
}

try {
  const config = parseCloudConfig(process.env[CLOUD_CONFIG_VARIABLE]);
  // Secrets leave the environment, so that nothing started from here inherits them.
  delete process.env[CLOUD_CONFIG_VARIABLE];
  starting = startCloud(config, ({ to, subject, code }) => say({ mail: { to, subject, code } }));
  const { endpoints, redisEngine } = await starting;
  if (!ending) say({ ready: true, ...endpoints, redisEngine });
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
