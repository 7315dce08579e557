import 'server-only';
import type { S3Client } from '@aws-sdk/client-s3';
import { SessionEnded, type StoreAccess } from './store-access.ts';

/** Credentials of one person alone. */
export interface PersonCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiresAtMs: number;
}

/**
 * A client of S3 for each person, with credentials that reach that person's folder and nothing else:
 *
 *   person ─► kept client, until shortly before its credentials end ─► S3
 *               └► none: one request for all who wait ─► identity pool, with the person's id token
 *
 * Kept by person and never handed to another; past the bound the least recently used goes. One client a person rather than one
 * for all that changes its credentials: the SDK remembers what it signed with, and a mix-up there would be a leak.
 */
export interface PersonClients {
  /** `fetch` gets credentials of this very person. */
  of(userId: string, fetch: () => Promise<PersonCredentials>): StoreAccess;
}

interface Kept {
  client: S3Client;
  expiresAtMs: number;
  obtainedAtMs: number;
}

/** A renewal that fails has this long to succeed; what is left in the end must not die on the way. */
const AHEAD_MS = 5 * 60_000;
const USABLE_MS = 10_000;
/** Credentials refused so soon are refused for a reason that new ones share. */
const YOUNG_MS = 30_000;

export function createPersonClients(options: { open(credentials: PersonCredentials): S3Client; now(): number; max: number }): PersonClients {
  const { open, now, max } = options;
  const kept = new Map<string, Kept>();
  const underWay = new Map<string, Promise<Kept>>();

  const obtain = (userId: string, fetch: () => Promise<PersonCredentials>): Promise<Kept> => {
    const running = underWay.get(userId);
    if (running !== undefined) {
      // The sign-in that is over may be that of another session of this person.
      return running.catch((error: unknown) => {
        if (error instanceof SessionEnded) return obtain(userId, fetch);
        throw error;
      });
    }
    const started = fetch()
      .then((credentials) => {
        const entry = { client: open(credentials), expiresAtMs: credentials.expiresAtMs, obtainedAtMs: now() };
        kept.delete(userId);
        kept.set(userId, entry);
        for (const oldest of kept.keys()) {
          if (kept.size <= max) break;
          kept.delete(oldest);
        }
        return entry;
      })
      .finally(() => underWay.delete(userId));
    underWay.set(userId, started);
    return started;
  };

  return {
    of: (userId, fetch) => ({
      async client() {
        const entry = kept.get(userId);
        const leftMs = (entry?.expiresAtMs ?? 0) - now();
        if (entry === undefined || leftMs <= USABLE_MS) return (await obtain(userId, fetch)).client;
        kept.delete(userId);
        kept.set(userId, entry);
        // Renewed beside the work, which needs not wait for it; what fails is tried again by the next call.
        if (leftMs <= AHEAD_MS && !underWay.has(userId)) obtain(userId, fetch).catch(() => undefined);
        return entry.client;
      },
      async renew(refused) {
        const entry = kept.get(userId);
        // Another call has renewed them in the meantime.
        if (entry !== undefined && entry.client !== refused) return entry.client;
        if (entry !== undefined && now() - entry.obtainedAtMs < YOUNG_MS) return undefined;
        kept.delete(userId);
        return (await obtain(userId, fetch)).client;
      },
    }),
  };
}
