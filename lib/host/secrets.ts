import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

const secret = v.pipe(v.string(), v.minLength(16));

const secretsSchema = v.object({
  sessionSecret: secret,
  actionsKey: secret,
  cognitoClientSecret: secret,
  s3AccessKeyId: secret,
  s3SecretAccessKey: secret,
  redisToken: secret,
});

/** The secrets of an embedded stack; made once, kept in `secrets.json` of the data folder, mode 0600. */
export type Secrets = v.InferOutput<typeof secretsSchema>;

/**
 * Reads the secrets, or makes them. A file that can't be read is set aside, never overwritten, and `say`
 * gets a sentence: new secrets cost everybody a sign-in and nothing else.
 */
export function loadSecrets(dataDir: string, say: (sentence: string) => void): Secrets {
  const path = join(dataDir, 'secrets.json');
  if (existsSync(path)) {
    const parsed = v.safeParse(secretsSchema, parseJson(readFileSync(path, 'utf8')));
    if (parsed.success) return parsed.output;
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
  };
  writeDurably(path, `${JSON.stringify(made, null, 2)}\n`);
  return made;
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
