import { join } from 'node:path';
import { openDurableJson } from '../outbox/durable-json.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { createChallengeSessions, type ChallengeSessions } from './challenge-sessions.ts';
import { createClientSecrets, type ClientSecrets } from './client-secrets.ts';
import { createCodes, type Codes } from './codes.ts';
import { createGroups, type Groups } from './groups.ts';
import { createDecoys, type Decoys } from './decoys.ts';
import { createPasswordGate, type PasswordGate } from './password-gate.ts';
import { createPasswords, defaultCost, type Passwords, type ScryptCost } from './passwords.ts';
import { createRefreshTokens, type RefreshTokens } from './refresh-tokens.ts';
import { emptyState, parseState } from './state.ts';
import { openTokens, type Tokens } from './tokens.ts';
import { createUsers, type Users } from './users.ts';
import { createRegistrationChallenges, type RegistrationChallenges } from './web-authn/registration-challenges.ts';

export interface CognitoConfig {
  region: string;
  userPoolId: string;
  clientId: string;
  clientSecret: string;
  issuer: string;
  identityPoolId: string;
  /** WebAuthn's relying party: the app's host name, without scheme and port. */
  relyingPartyId: string;
  /** Where managed login may send people back to: after a sign-in, and after a sign-out. */
  callbackUrls: readonly string[];
  logoutUrls: readonly string[];
  /**
   * Whether passkeys are a first factor, and if so `UserVerification` of API_WebAuthnConfigurationType; `preferred` by
   * default, as in AWS.
   */
  passkeys?: 'off' | 'preferred' | 'required';
  /** `MfaConfiguration` of the pool; optional by default, so that each person decides. */
  mfa?: 'OFF' | 'OPTIONAL' | 'ON';
  /**
   * A second app client without a secret and without rotation, as browser libraries want it; it alone may use
   * REFRESH_TOKEN_AUTH. None by default.
   */
  publicClientId?: string;
}

export interface PoolOptions {
  dataDir: string;
  config: CognitoConfig;
  /** Milliseconds since 1970. */
  now: () => number;
  outbox: Outbox;
  /** 60 minutes by default, as in AWS. */
  accessLifeSeconds?: number;
  /** 30 days by default, as in AWS. */
  refreshLifeSeconds?: number;
  /** How long an exchanged refresh token may be sent again, 0 to 60; 60 by default. */
  rotationGraceSeconds?: number;
  scryptCost?: ScryptCost;
  /** Gets one sentence for each kept file that could not be read; standard error by default. */
  warn?: (sentence: string) => void;
}

/** Everything an operation may use: one user pool with one app client. */
export interface Pool {
  config: CognitoConfig;
  now(): number;
  outbox: Outbox;
  users: Users;
  decoys: Decoys;
  groups: Groups;
  clientSecrets: ClientSecrets;
  passwords: Passwords;
  gate: PasswordGate;
  codes: Codes;
  challenges: ChallengeSessions;
  registrations: RegistrationChallenges;
  refreshTokens: RefreshTokens;
  tokens: Tokens;
  /** As the app client says them. */
  lives: { accessSeconds: number; refreshSeconds: number; rotationGraceSeconds: number };
  /** Resolves when every change made so far is on the disk; an operation answers only after that. */
  save(): Promise<void>;
}

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

export async function openPool(options: PoolOptions): Promise<Pool> {
  const { dataDir, config, now, outbox, warn = console.error } = options;
  const accessLifeSeconds = options.accessLifeSeconds ?? 60 * MINUTE;
  const refreshLifeSeconds = options.refreshLifeSeconds ?? 30 * DAY;
  const rotationGraceSeconds = options.rotationGraceSeconds ?? 60;
  const store = await openDurableJson({ path: join(dataDir, 'users.json'), what: 'the user pool', empty: emptyState, parse: parseState, now, warn });
  const tokens = await openTokens({ path: join(dataDir, 'key.json'), issuer: config.issuer, clientId: config.clientId, publicClientId: config.publicClientId, accessLifeSeconds, now, warn });
  return {
    config,
    now,
    outbox,
    users: createUsers(store.value, now),
    decoys: createDecoys(store.value.decoySecret, now),
    groups: createGroups(store.value, now),
    clientSecrets: createClientSecrets(store.value, config, now),
    passwords: createPasswords(options.scryptCost ?? defaultCost, poolNameOf(config)),
    gate: createPasswordGate(now),
    codes: createCodes(outbox, now),
    challenges: createChallengeSessions(now),
    registrations: createRegistrationChallenges(now),
    refreshTokens: createRefreshTokens({
      state: store.value,
      clientId: config.clientId,
      now,
      lifeMs: refreshLifeSeconds * 1000,
      graceMs: rotationGraceSeconds * 1000,
      accessLifeMs: accessLifeSeconds * 1000,
    }),
    tokens,
    lives: { accessSeconds: accessLifeSeconds, refreshSeconds: refreshLifeSeconds, rotationGraceSeconds },
    save: () => store.save(),
  };
}

/** The name that SRP binds passwords to: the id without its region. */
export function poolNameOf(config: Pick<CognitoConfig, 'userPoolId'>): string {
  return config.userPoolId.slice(config.userPoolId.indexOf('_') + 1);
}
