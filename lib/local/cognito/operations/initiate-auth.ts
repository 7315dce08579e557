import * as v from 'valibot';
import { requireClient } from '../client.ts';
import { context, fields } from '../fields.ts';
import type { Flow } from '../flows/flow.ts';
import { userPasswordAuth } from '../flows/user-password-auth.ts';
import { operation } from '../operation.ts';
import { refuse } from '../service-error.ts';

/** What the app client allows (`ExplicitAuthFlows`); REFRESH_TOKEN_AUTH is off because rotation is on. */
const flows: Partial<Record<string, Flow>> = {
  USER_PASSWORD_AUTH: userPasswordAuth,
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
    requireClient(pool, input.ClientId);
    const flow = flows[input.AuthFlow];
    if (flow === undefined) throw refuse.invalid(`${input.AuthFlow} flow not enabled for this client`);
    return flow(input.AuthParameters, pool);
  },
});
