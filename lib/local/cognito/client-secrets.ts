import { createHash, randomBytes } from 'node:crypto';
import type { CognitoConfig } from './pool.ts';
import { refuse, ServiceError } from './service-error.ts';
import type { ClientSecretState } from './state.ts';

/** One of the secrets that the confidential app client has. */
export interface ClientSecret {
  /** As AWS makes it: `<client id>--<epoch milliseconds>`. */
  id: string;
  value: string;
  /** Milliseconds since 1970; 0 for the one that the client was made with. */
  createdAt: number;
}

/**
 * The secrets of the app client: the one of the configuration, and one more while one replaces the other. All of them are good
 * everywhere, so whoever holds either goes on.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddUserPoolClientSecret.html
 */
export interface ClientSecrets {
  /** The oldest first; never empty. */
  list(): readonly ClientSecret[];
  /** @throws ServiceError LimitExceededException when there are two. */
  add(value?: string): ClientSecret;
  /** @throws ServiceError ResourceNotFoundException; InvalidParameterException for the last one. */
  remove(id: string): void;
}

const MOST = 2;

export function createClientSecrets(state: { clientSecrets: ClientSecretState }, config: Pick<CognitoConfig, 'clientId' | 'clientSecret'>, now: () => number): ClientSecrets {
  const first: ClientSecret = { id: `${config.clientId}--0`, value: config.clientSecret, createdAt: 0 };
  // By its hash: another configuration brings another first secret, which nobody has taken away.
  const firstHash = createHash('sha256').update(config.clientSecret).digest('hex');
  const list = (): ClientSecret[] => [...(state.clientSecrets.removed === firstHash ? [] : [first]), ...state.clientSecrets.added];
  return {
    list,
    add(value = randomBytes(32).toString('hex').slice(0, 51)) {
      if (list().length >= MOST) throw new ServiceError('LimitExceededException', `The app client has ${MOST} secrets already; delete one first.`);
      if (list().some((one) => one.value === value)) throw refuse.invalid('The secret is one that the app client has already.');
      // Ids are made of it.
      const createdAt = Math.max(now(), ...state.clientSecrets.added.map((one) => one.createdAt + 1));
      const added = { id: `${config.clientId}--${createdAt}`, value, createdAt };
      state.clientSecrets.added.push(added);
      return added;
    },
    remove(id) {
      const all = list();
      const found = all.find((one) => one.id === id);
      if (found === undefined) throw new ServiceError('ResourceNotFoundException', `Client secret ${id} does not exist.`);
      if (all.length === 1) throw refuse.invalid('The last secret of an app client cannot be deleted.');
      if (found === first) state.clientSecrets.removed = firstHash;
      else state.clientSecrets.added = state.clientSecrets.added.filter((one) => one.id !== id);
    },
  };
}
