import { readFileSync } from 'node:fs';
import type { Environment } from '../environment.ts';
import { parsePort } from '../ports.ts';

/** How the front reaches Redis, and whom it lets in. */
export interface FrontSettings {
  redis: {
    host: string;
    port: number;
    username?: string;
    password?: string;
    db: number;
    /** Present for `rediss://`. */
    tls?: { ca?: string };
    /** With Sentinel, host and port come from it and only the rest of the address counts. */
    sentinel?: { name: string; hosts: { host: string; port: number }[]; password?: string };
  };
  /** The first is the one in use; others are being taken out of use, or brought in. */
  tokens: string[];
  host: string;
  port: number;
}

/** A token is all that stands between the network and every session. */
const TOKEN_MIN_CHARS = 32;

/** @throws Error with one sentence that names the variable and repeats no secret. */
export function parseFrontSettings(env: Environment, readFile: (path: string) => string = (path) => readFileSync(path, 'utf8')): FrontSettings {
  const read = (name: string) => (env[name] === '' ? undefined : env[name]);
  const url = parseRedisUrl(read('REDIS_URL'));
  const tls = url.protocol === 'rediss:';
  const caFile = read('REDIS_CA_FILE');
  if (caFile !== undefined && !tls) throw new Error('REDIS_CA_FILE is for a Redis with TLS: begin REDIS_URL with rediss://, or unset REDIS_CA_FILE.');
  const [username, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  const sentinel = parseSentinel(read('REDIS_SENTINELS'), read('REDIS_SENTINEL_NAME'), read('REDIS_SENTINEL_PASSWORD'));
  return {
    redis: {
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? 6379 : Number(url.port),
      db: parseDb(url.pathname),
      ...(username !== '' && { username }),
      ...(password !== '' && { password }),
      ...(tls && { tls: caFile === undefined ? {} : { ca: readCa(caFile, readFile) } }),
      ...(sentinel !== undefined && { sentinel }),
    },
    tokens: parseTokens(read('REDIS_FRONT_TOKEN')),
    host: read('REDIS_FRONT_HOST') ?? '127.0.0.1',
    port: parsePort('REDIS_FRONT_PORT', env.REDIS_FRONT_PORT, 8079),
  };
}

function parseRedisUrl(text: string | undefined): URL {
  if (text === undefined) throw new Error('REDIS_URL is missing: set it to the address of your Redis, such as redis://selkie:PASSWORD@10.0.0.5:6379, or rediss:// for TLS.');
  let url: URL | undefined;
  try {
    url = new URL(text);
    decodeURIComponent(url.username + url.password);
  } catch {
    url = undefined;
  }
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || url.hostname === '' || url.search !== '' || url.hash !== '') {
    throw new Error('REDIS_URL must look like redis://selkie:PASSWORD@10.0.0.5:6379 (rediss:// for TLS); signs such as @ : / # in the password are percent-encoded.');
  }
  return url;
}

function parseDb(path: string): number {
  const text = path.replace(/^\//, '');
  if (!/^\d{0,4}$/.test(text)) throw new Error('REDIS_URL may end with the number of a database, such as /0, and nothing else.');
  return Number(text);
}

function parseTokens(text: string | undefined): string[] {
  if (text === undefined) throw new Error('REDIS_FRONT_TOKEN is missing: make one with  openssl rand -hex 32  and give Selkie the same as UPSTASH_REDIS_REST_TOKEN.');
  const tokens = text.split(',').map((token) => token.trim()).filter((token) => token !== '');
  if (tokens.length === 0 || tokens.some((token) => !/^[\x21-\x7e]+$/.test(token) || token.length < TOKEN_MIN_CHARS)) {
    throw new Error(`REDIS_FRONT_TOKEN must be one token, or several with commas between, each of at least ${TOKEN_MIN_CHARS} characters: make one with  openssl rand -hex 32`);
  }
  return tokens;
}

function parseSentinel(hosts: string | undefined, name: string | undefined, password: string | undefined): FrontSettings['redis']['sentinel'] {
  if (hosts === undefined && name === undefined && password === undefined) return undefined;
  if (hosts === undefined || name === undefined) throw new Error('REDIS_SENTINELS (host:port, with commas between) and REDIS_SENTINEL_NAME (the name of the master) belong together: set both or neither.');
  const parsed = hosts.split(',').map((entry) => /^\s*(\[[0-9a-f:]+\]|[^\s:,]+):(\d{1,5})\s*$/i.exec(entry));
  if (parsed.includes(null)) throw new Error('REDIS_SENTINELS must be a list such as 10.0.0.5:26379,10.0.0.6:26379,10.0.0.7:26379.');
  return {
    name,
    hosts: parsed.map((match) => ({ host: match![1]!.replace(/^\[(.*)\]$/, '$1'), port: parsePort('REDIS_SENTINELS', match![2], 26_379) })),
    ...(password !== undefined && { password }),
  };
}

function readCa(path: string, readFile: (path: string) => string): string {
  let text: string;
  try {
    text = readFile(path);
  } catch {
    throw new Error(`REDIS_CA_FILE names ${path}, which can't be read.`);
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw new Error(`REDIS_CA_FILE names ${path}, which holds no certificate (PEM).`);
  return text;
}
