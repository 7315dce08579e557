import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, randomInt } from 'node:crypto';
import * as v from 'valibot';

/** What STS gives: good until `expiresAt`, for whoever the tags describe. */
export interface TemporaryCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** Milliseconds since 1970; whole seconds. */
  expiresAt: number;
}

/** Who the bearer is: a role's session, and what is written on it. */
export interface RoleSession {
  roleArn: string;
  /** As in `assumed-role/<role>/<session name>`. */
  sessionName: string;
  tags: Readonly<Record<string, string>>;
}

export type OpenedToken = ({ kind: 'live'; secretAccessKey: string } & RoleSession) | { kind: 'expired' } | { kind: 'invalid' };

/**
 * Temporary credentials without a store: the session token holds the secret, the role and the tags, sealed under a key
 * that only this cloud has, so the credentials outlive a restart and end by themselves, as AWS's do. They can't be taken
 * back before that.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp.html
 */
export interface CredentialMint {
  issue(session: RoleSession, lifeSeconds?: number): TemporaryCredentials;
  /** What a token says about this access key; `invalid` for one that is altered, of another key or another cloud. */
  open(accessKeyId: string, sessionToken: string): OpenedToken;
}

/** What GetCredentialsForIdentity gives in AWS. */
const LIFE_SECONDS = 60 * 60;
const IV_BYTES = 12;
const TAG_BYTES = 16;

const contentSchema = v.strictObject({ secretAccessKey: v.string(), roleArn: v.string(), sessionName: v.string(), tags: v.record(v.string(), v.string()), expiresAt: v.number() });

/** @param secret whatever nobody outside this cloud knows; another one ends all credentials. */
export function createCredentialMint({ secret, now }: { secret: string; now: () => number }): CredentialMint {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'selkie temporary credentials', 32));
  return {
    issue({ roleArn, sessionName, tags }, lifeSeconds = LIFE_SECONDS) {
      const accessKeyId = `ASIA${Array.from({ length: 16 }, () => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[randomInt(32)]).join('')}`;
      const secretAccessKey = randomBytes(30).toString('base64');
      const expiresAt = Math.floor(now() / 1000 + lifeSeconds) * 1000;
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(accessKeyId));
      const sealed = Buffer.concat([cipher.update(JSON.stringify({ secretAccessKey, roleArn, sessionName, tags, expiresAt })), cipher.final()]);
      return { accessKeyId, secretAccessKey, sessionToken: Buffer.concat([iv, sealed, cipher.getAuthTag()]).toString('base64'), expiresAt };
    },
    open(accessKeyId, sessionToken) {
      const bytes = Buffer.from(sessionToken, 'base64');
      // Node's decoder skips what it does not know; the token must be the very text that was given out.
      if (bytes.length <= IV_BYTES + TAG_BYTES || bytes.toString('base64') !== sessionToken) return { kind: 'invalid' };
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
          .setAAD(Buffer.from(accessKeyId))
          .setAuthTag(bytes.subarray(-TAG_BYTES));
        const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
        const { expiresAt, ...content } = v.parse(contentSchema, JSON.parse(text));
        return now() >= expiresAt ? { kind: 'expired' } : { kind: 'live', ...content };
      } catch {
        return { kind: 'invalid' };
      }
    },
  };
}
