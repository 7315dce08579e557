import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { Redis } from 'ioredis';
import { SECRET } from './settings.ts';

const redis = new Redis({ path: process.env.BENCH_REDIS_SOCKET ?? '', lazyConnect: true });

/** https://www.better-auth.com/docs/concepts/database#secondary-storage : sessions live in Redis, people in the database. */
export const better = betterAuth({
  secret: SECRET,
  baseURL: process.env.BENCH_ORIGIN ?? 'http://localhost',
  basePath: '/api/better',
  database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
  rateLimit: { enabled: false },
  secondaryStorage: {
    get: (key) => redis.get(key),
    set: async (key, value, ttl) => void (ttl === undefined ? await redis.set(key, value) : await redis.set(key, value, 'EX', ttl)),
    getAndDelete: (key) => redis.getdel(key),
    increment: async (key, ttl) => {
      await redis.set(key, '0', 'EX', ttl, 'NX');
      return redis.incr(key);
    },
    delete: async (key) => void (await redis.del(key)),
  },
});
