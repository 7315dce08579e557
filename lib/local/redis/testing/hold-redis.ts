import { createRedis } from '../redis.ts';

/** A process of its own that opens the data folder it is told, says so, and stays until it is killed. */
const redis = await createRedis({ dataDir: process.argv[2] ?? '', token: 'held', engine: 'redis-server' });
process.stdout.write(`${redis.engine}\n`);
setInterval(() => undefined, 1 << 30);
