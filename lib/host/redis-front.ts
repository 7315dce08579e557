import { parseArgs } from 'node:util';
import { onEndOfParent } from './children.ts';
import { connectRedis } from './redis-front/connect-redis.ts';
import { startFrontServer } from './redis-front/front-server.ts';
import { parseFrontSettings } from './redis-front/front-settings.ts';
import { main, Stop } from './stop.ts';

/**
 * `npm run redis-front`: Upstash's REST API over a Redis of one's own, the same front that the embedded cloud has.
 *
 *   Selkie ── HTTP, bearer token ─► this ── RESP, password, TLS, Sentinel ─► redis-server
 *
 * Selkie's middleware runs in the edge runtime, which has no sockets; so Redis must speak HTTP. Several fronts may stand
 * before one Redis, for they keep nothing. What runs inside Redis is Redis's to limit: give the front a user of its own
 * (lib/infra/hosts/redis.conf has one), because a token that may run Lua may do all that this user may.
 */
await main(async () => {
  // Of the package's starter: there a service manager holds our standard input, here npm.
  const { values } = parseArgs({ options: { alone: { type: 'boolean', default: false } } });
  const settings = read();
  const say = (sentence: string) => process.stderr.write(`redis-front: ${sentence}\n`);
  const engine = await connectRedis(settings, say);
  const server = await startFrontServer({ engine, tokens: settings.tokens, host: settings.host, port: settings.port }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EADDRINUSE' || error.code === 'EADDRNOTAVAIL' || error.code === 'EACCES'
      ? new Stop(`${settings.host}:${settings.port} can't be listened on (${error.code}): choose others by REDIS_FRONT_HOST and REDIS_FRONT_PORT.`)
      : error;
  });
  onEndOfParent(() => {
    void server.close().then(() => engine.close()).finally(() => process.exit(0));
  }, values.alone);
  // Only now: whoever waits for this may send the signal at once.
  process.stdout.write(`{"listening":true,"port":${server.port}}\n`);
});

function read(): ReturnType<typeof parseFrontSettings> {
  try {
    return parseFrontSettings(process.env);
  } catch (error) {
    throw new Stop((error as Error).message);
  }
}
