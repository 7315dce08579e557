import * as v from 'valibot';
import { fields } from '../fields.ts';
import { operation } from '../operation.ts';
import { pageOf } from '../pages.ts';
import { requireAccess } from '../require-access.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListWebAuthnCredentials.html */
export const listWebAuthnCredentials = operation({
  name: 'ListWebAuthnCredentials',
  authorization: 'public',
  input: v.object({ AccessToken: fields.accessToken, MaxResults: v.optional(fields.pageSize(20), 20), NextToken: v.optional(fields.pageToken) }),
  async run(input, pool) {
    const user = await requireAccess(pool, input.AccessToken);
    const { items, next } = pageOf(user.passkeys, ({ credentialId }) => credentialId, input.MaxResults, input.NextToken);
    return {
      Credentials: items.map(({ credentialId, friendlyName, relyingPartyId, attachment, transports, createdAt }) => ({
        CredentialId: credentialId,
        FriendlyCredentialName: friendlyName,
        RelyingPartyId: relyingPartyId,
        ...(attachment === undefined ? {} : { AuthenticatorAttachment: attachment }),
        AuthenticatorTransports: transports,
        CreatedAt: createdAt / 1000,
      })),
      ...(next === undefined ? {} : { NextToken: next }),
    };
  },
});
