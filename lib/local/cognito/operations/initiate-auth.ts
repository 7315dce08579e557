import * as v from 'valibot';
import { requireClient } from '../client.ts';
import { context, fields } from '../fields.ts';
import { handOver } from '../hand-over.ts';
import type { Flow } from '../flows/flow.ts';
import { refreshTokenAuth } from '../flows/refresh-token-auth.ts';
import { userAuth } from '../flows/user-auth.ts';
import { userPasswordAuth } from '../flows/user-password-auth.ts';
import { userSrpAuth } from '../flows/user-srp-auth.ts';
import { operation } from '../operation.ts';
import { refuse } from '../service-error.ts';

/** Every flow of the pool; which of them an app client may use is the client's setting. */
const flows: Partial<Record<string, Flow>> = {
  REFRESH_TOKEN: refreshTokenAuth,
  REFRESH_TOKEN_AUTH: refreshTokenAuth,
  USER_AUTH: userAuth,
  USER_PASSWORD_AUTH: userPasswordAuth,
  USER_SRP_AUTH: userSrpAuth,
};

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html */
export const initiateAuth = operation({
  name: 'InitiateAuth',
  authorization: 'public',
  input: v.object({
    ClientId: fields.clientId,
    AuthFlow: v.picklist([
      'USER_SRP_AUTH', 'REFRESH_TOKEN_AUTH', 'REFRESH_TOKEN', 'CUSTOM_AUTH', 'ADMIN_NO_SRP_AUTH', 'USER_PASSWORD_AUTH',
      'ADMIN_USER_PASSWORD_AUTH', 'USER_AUTH',
    ]),
    AuthParameters: v.optional(fields.textMap, {}),
    Session: v.optional(fields.session),
    ...context,
  }),
  async run(input, pool) {
    const client = requireClient(pool, input.ClientId);
    const flow = client.flows.includes(input.AuthFlow) ? flows[input.AuthFlow] : undefined;
    if (flow === undefined) throw refuse.invalid(`${input.AuthFlow} flow not enabled for this client`);
    return handOver(pool, client, await flow(input.AuthParameters, pool, client));
  },
});
