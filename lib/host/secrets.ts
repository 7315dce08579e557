import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

const secret = v.pipe(v.string(), v.minLength(16));

/** Those that every data folder has had from the beginning. */
const firstSecrets = {
  sessionSecret: secret,
  actionsKey: secret,
  cognitoClientSecret: secret,
  /** The account's root at the embedded store: for tests and tools. */
  s3AccessKeyId: secret,
  s3SecretAccessKey: secret,
  redisToken: secret,
};
/** The app's role at the embedded store. */
const appKey = { appAccessKeyId: secret, appSecretAccessKey: secret };
const secretsSchema = v.object({ ...firstSecrets, ...appKey });

/** The secrets of an embedded stack; made once, kept in `secrets.json` of the data folder, mode 0600. */
export type Secrets = v.InferOutput<typeof secretsSchema>;

/**
 * Reads the secrets, or makes them. A file that can't be read is set aside, never overwritten, and `say`
 * gets a sentence: new secrets cost everybody a sign-in and nothing else.
 */
export function loadSecrets(dataDir: string, say: (sentence: string) => void): Secrets {
  const path = join(dataDir, 'secrets.json');
  if (existsSync(path)) {
    const content = parseJson(readFileSync(path, 'utf8'));
    const parsed = v.safeParse(secretsSchema, content);
    if (parsed.success) return parsed.output;
    const older = v.safeParse(v.strictObject(firstSecrets), content);
    if (older.success) return keep(path, { ...older.output, ...makeAppKey() });
    const aside = `${path}.damaged-${Date.now()}`;
    renameSync(path, aside);
    say(`${path} was damaged: kept as ${aside}, new secrets made. Accounts and files are untouched; everybody signs in again.`);
  }
  const made: Secrets = {
    sessionSecret: randomBytes(32).toString('base64'),
    actionsKey: randomBytes(32).toString('base64'),
    cognitoClientSecret: randomBytes(32).toString('hex'),
    s3AccessKeyId: `SELKIE${randomBytes(7).toString('hex').toUpperCase()}`,
    s3SecretAccessKey: randomBytes(30).toString('base64url'),
    redisToken: randomBytes(32).toString('base64url'),
    ...makeAppKey(),
  };
  return keep(path, made);
}

function makeAppKey(): Pick<Secrets, 'appAccessKeyId' | 'appSecretAccessKey'> {
  return { appAccessKeyId: `SELKIE${randomBytes(7).toString('hex').toUpperCase()}`, appSecretAccessKey: randomBytes(30).toString('base64url') };
}

function keep(path: string, secrets: Secrets): Secrets {
  writeDurably(path, `${JSON.stringify(secrets, null, 2)}\n`);
  return secrets;
}

function writeDurably(path: string, text: string): void {
  const temporary = `${path}.tmp`;
  const file = openSync(temporary, 'w', 0o600);
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(temporary, path);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
