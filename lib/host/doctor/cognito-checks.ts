import type { UserPoolClientType } from '@aws-sdk/client-cognito-identity-provider';
import type { CognitoEvidence } from './ask-cognito.ts';
import { absent, judgeAnswer, ok, unknown, wrong, type Asked, type Check, type Verdict } from './check.ts';

const DAY = 24 * 3600;
const SCOPES = ['openid', 'email', 'profile', 'aws.cognito.signin.user.admin'];

const refusal = (asked: Asked<unknown>): { code: string; message: string } => (asked.kind === 'refused' ? asked : { code: '', message: '' });

/** A check that only makes sense once the pool and the client are ours. */
function usable(judge: (evidence: CognitoEvidence) => Verdict): (evidence: CognitoEvidence) => Verdict {
  return (evidence) => {
    if (evidence.keys.kind !== 'answer') return unknown('the user pool could not be asked');
    return refusal(evidence.password).code === 'ResourceNotFoundException' ? unknown('there is no such app client; see cognito.client') : judge(evidence);
  };
}

const ofClient = (judge: (client: UserPoolClientType, evidence: CognitoEvidence) => Verdict) =>
  usable((evidence) => judgeAnswer(evidence.client, 'cognito-idp:DescribeUserPoolClient', (client) => judge(client, evidence)));
const ofPool = (judge: (pool: Extract<CognitoEvidence['pool'], { kind: 'answer' }>['value']) => Verdict) =>
  usable((evidence) => judgeAnswer(evidence.pool, 'cognito-idp:DescribeUserPool', judge));
const ofFactors = (judge: (factors: Extract<CognitoEvidence['factors'], { kind: 'answer' }>['value'], evidence: CognitoEvidence) => Verdict) =>
  usable((evidence) => judgeAnswer(evidence.factors, 'cognito-idp:GetUserPoolMfaConfig', (factors) => judge(factors, evidence)));

/** A flow that the client does not allow is refused before anything about the person. */
function flow(name: 'USER_PASSWORD_AUTH' | 'USER_AUTH', asked: (evidence: CognitoEvidence) => Asked<unknown>): Check<CognitoEvidence>['judge'] {
  return usable((evidence) => {
    const attempt = asked(evidence);
    const { code, message } = refusal(attempt);
    if (attempt.kind === 'silent') return unknown(attempt.why);
    if (code === 'InvalidParameterException' && /flow not enabled/i.test(message)) return wrong(`The app client does not allow ${name}`);
    return isSecretWrong(evidence) ? unknown('the client secret is wrong; see cognito.secret') : ok(`The app client allows ${name}`);
  });
}

function isSecretWrong({ password, choice }: CognitoEvidence): boolean {
  return [password, choice].some((asked) => refusal(asked).code === 'NotAuthorizedException' && /secret/i.test(refusal(asked).message));
}

export const cognitoChecks: readonly Check<CognitoEvidence>[] = [
  {
    id: 'cognito.reachable',
    severity: 'error',
    line: 'Cognito answers',
    why: 'Nobody can sign in; who is signed in stays so until a token has to be renewed.',
    todo: 'Check COGNITO_REGION (and COGNITO_ENDPOINT, if it is set), and that this machine may reach it.',
    judge: ({ keys }) => (keys.kind === 'silent' ? wrong(`Cognito could not be asked: ${keys.why}`) : ok('Cognito answers')),
  },
  {
    id: 'cognito.pool',
    severity: 'error',
    line: 'The user pool exists',
    why: 'Nobody can sign in, and no token can be verified.',
    todo: 'Correct COGNITO_USER_POOL_ID.',
    atStart: true,
    judge({ keys, settings }) {
      if (keys.kind === 'silent') return unknown('Cognito does not answer');
      return keys.kind === 'refused' ? wrong(`There is no user pool ${settings.cognito.userPoolId} (its keys: ${keys.code})`) : ok(`The user pool ${settings.cognito.userPoolId} exists`);
    },
  },
  {
    id: 'cognito.client',
    severity: 'error',
    line: 'The app client exists, in that pool',
    why: 'Nobody can sign in; with a client of another pool everybody’s tokens are refused afterwards.',
    todo: 'Correct COGNITO_CLIENT_ID.',
    atStart: true,
    judge({ keys, password, client, settings }) {
      if (keys.kind !== 'answer') return unknown('the user pool could not be asked');
      if (refusal(password).code === 'ResourceNotFoundException') return wrong(`There is no app client ${settings.cognito.clientId}`);
      if (refusal(client).code === 'ResourceNotFoundException') return wrong(`The app client ${settings.cognito.clientId} is not one of ${settings.cognito.userPoolId}`);
      return password.kind === 'silent' ? unknown(password.why) : ok('The app client exists');
    },
  },
  {
    id: 'cognito.secret',
    severity: 'error',
    line: 'The client secret is right',
    why: 'Cognito refuses every sign-in.',
    todo: 'Set COGNITO_CLIENT_SECRET to what aws cognito-idp describe-user-pool-client shows; the client must have one.',
    atStart: true,
    judge: usable((evidence) => {
      if (evidence.password.kind === 'silent') return unknown(evidence.password.why);
      const { code, message } = refusal(evidence.password);
      // Cognito looks at the flow before it looks at the secret.
      if (code === 'InvalidParameterException' && /flow not enabled/i.test(message) && /flow not enabled/i.test(refusal(evidence.choice).message)) return unknown('no flow of ours is allowed; see cognito.password-flow');
      return isSecretWrong(evidence) ? wrong('Cognito does not accept the client secret') : ok('The client secret is right');
    }),
  },
  {
    id: 'cognito.password-flow',
    severity: 'error',
    line: 'The app client allows ALLOW_USER_PASSWORD_AUTH',
    why: 'Nobody can sign in with a password.',
    todo: 'Add ALLOW_USER_PASSWORD_AUTH to the app client’s flows.',
    atStart: true,
    judge: flow('USER_PASSWORD_AUTH', ({ password }) => password),
  },
  {
    id: 'cognito.choice-flow',
    severity: 'error',
    line: 'The app client allows ALLOW_USER_AUTH',
    why: 'Nobody can sign in with a passkey or a mailed code.',
    todo: 'Add ALLOW_USER_AUTH to the app client’s flows; the pool needs the Essentials tier for it.',
    atStart: true,
    judge: flow('USER_AUTH', ({ choice }) => choice),
  },
  {
    id: 'cognito.user-existence',
    severity: 'error',
    line: 'Cognito does not tell who has an account (PreventUserExistenceErrors)',
    why: 'Anybody could try addresses and learn whose are known.',
    todo: 'Set PreventUserExistenceErrors of the app client to ENABLED.',
    judge: usable(({ password, client }) => {
      if (refusal(password).code === 'UserNotFoundException' || (client.kind === 'answer' && client.value.PreventUserExistenceErrors !== 'ENABLED')) return wrong('Cognito tells who has no account');
      return refusal(password).code === 'NotAuthorizedException' || client.kind === 'answer' ? ok('Cognito does not tell who has an account') : unknown('the sign-in of nobody was not judged');
    }),
  },
  {
    id: 'cognito.rotation',
    severity: 'error',
    line: 'Refresh tokens are rotated, with a grace of 60 seconds',
    why: 'The app renews by GetTokensFromRefreshToken; without rotation a copied refresh token is good for weeks, with a shorter grace a lost answer costs the person a sign-in.',
    todo: 'Set RefreshTokenRotation of the app client to ENABLED with RetryGracePeriodSeconds 60, and take ALLOW_REFRESH_TOKEN_AUTH away.',
    judge: ofClient(({ RefreshTokenRotation: { Feature, RetryGracePeriodSeconds: grace = 0 } = {}, ExplicitAuthFlows = [] }) => {
      if (Feature !== 'ENABLED') return wrong('Refresh tokens are not rotated');
      if (ExplicitAuthFlows.includes('ALLOW_REFRESH_TOKEN_AUTH')) return wrong('ALLOW_REFRESH_TOKEN_AUTH is on beside rotation');
      return grace < 60 ? wrong(`Refresh tokens are rotated with a grace of ${grace} seconds only`, { severity: 'warning' }) : ok('Refresh tokens are rotated, with a grace of 60 seconds');
    }),
  },
  {
    id: 'cognito.refresh-life',
    severity: 'error',
    line: 'Refresh tokens live at least as long as the longest session',
    why: 'A session whose tokens can’t be renewed ends in the middle of work.',
    todo: 'Raise RefreshTokenValidity of the app client, or lower SESSION_ABSOLUTE_SECONDS.',
    judge: ofClient((client, { settings }) => {
      const seconds = inSeconds(client.RefreshTokenValidity || 30, client.TokenValidityUnits?.RefreshToken ?? 'days');
      const session = settings.lifetimes.remembered.absoluteSeconds;
      return seconds < session ? wrong(`Refresh tokens live ${days(seconds)}, and a remembered session ${days(session)}`) : ok(`Refresh tokens live ${days(seconds)}`);
    }),
  },
  {
    id: 'cognito.access-life',
    severity: 'warning',
    line: 'Access tokens live an hour at most',
    why: 'Somebody who was signed out at Cognito itself, or disabled, keeps what the app does with that token for so long.',
    todo: 'Set AccessTokenValidity and IdTokenValidity of the app client to 60 minutes.',
    judge: ofClient(({ AccessTokenValidity, IdTokenValidity, TokenValidityUnits: units = {} }) => {
      const longest = Math.max(inSeconds(AccessTokenValidity || 1, AccessTokenValidity ? (units.AccessToken ?? 'hours') : 'hours'), inSeconds(IdTokenValidity || 1, IdTokenValidity ? (units.IdToken ?? 'hours') : 'hours'));
      return longest > 3600 ? wrong(`Access or id tokens live ${Math.round(longest / 60)} minutes`) : ok(`Access and id tokens live ${Math.round(longest / 60)} minutes`);
    }),
  },
  {
    id: 'cognito.step-life',
    severity: 'warning',
    line: 'A sign-in may take three minutes between two steps (AuthSessionValidity)',
    why: 'The app lets a question stand for 175 seconds; Cognito would have forgotten it.',
    todo: 'Set AuthSessionValidity of the app client to 3 minutes or more.',
    judge: ofClient(({ AuthSessionValidity: minutes = 3 }) => (minutes < 3 ? wrong(`A sign-in may take ${minutes} minutes between two steps`) : ok(`A sign-in may take ${minutes} minutes between two steps`))),
  },
  {
    id: 'cognito.revocation',
    severity: 'error',
    line: 'Tokens can be revoked (EnableTokenRevocation)',
    why: 'Signing out everywhere would not reach Cognito’s tokens.',
    todo: 'Switch on token revocation for the app client.',
    judge: ofClient(({ EnableTokenRevocation }) => (EnableTokenRevocation === false ? wrong('Tokens of the app client can’t be revoked') : ok('Tokens can be revoked'))),
  },
  {
    id: 'cognito.user-context',
    severity: 'error',
    line: 'Cognito takes the person’s address from us (EnablePropagateAdditionalUserContextData)',
    why: 'Otherwise everybody has our server’s address there, and threat protection judges everybody by it.',
    todo: 'Switch on "Accept additional user context data" for the app client.',
    judge: ofClient(({ EnablePropagateAdditionalUserContextData: on }) => (on === true ? ok('Cognito takes the person’s address from us') : wrong('Cognito drops the person’s address that we send'))),
  },
  {
    id: 'cognito.managed-login',
    severity: 'error',
    line: 'Managed login lets people in and sends them back to us',
    why: 'Who signs in there sees an error page instead of their terminal.',
    todo: 'Correct COGNITO_DOMAIN, and add APP_ORIGIN/api/auth/callback to the client’s callback URLs.',
    judge: usable(({ login, settings, client }) => {
      if (login === undefined) return absent;
      const wanted = `${settings.appOrigin}/api/auth/callback`;
      if (client.kind === 'answer' && !(client.value.CallbackURLs ?? []).includes(wanted)) return wrong(`${wanted} is not among the client's callback URLs`);
      if (login.kind !== 'answer') return wrong(`${settings.cognito.domain} could not be asked: ${login.kind === 'silent' ? login.why : login.code}`);
      const { status, location } = login.value;
      const error = /[?&]error=([\w-]+)/.exec(location)?.[1];
      return status >= 300 && status < 400 && error === undefined ? ok('Managed login lets people in') : wrong(`${settings.cognito.domain} refuses what the app sends people with (${error ?? `HTTP ${status}`})`);
    }),
  },
  {
    id: 'cognito.grants',
    severity: 'error',
    line: 'The client has the authorization code grant alone, with our four scopes',
    why: 'The implicit grant hands tokens to the browser; without the scopes people can’t manage their factors.',
    todo: 'Set the client’s OAuth flows to code alone, and its scopes to openid, email, profile and aws.cognito.signin.user.admin.',
    judge: ofClient((client, { login }) => {
      const { AllowedOAuthFlows: flows = [], AllowedOAuthScopes: scopes = [], AllowedOAuthFlowsUserPoolClient: on } = client;
      if (flows.includes('implicit')) return wrong('The client has the implicit grant, which hands tokens to the browser');
      if (login === undefined) return absent;
      if (on !== true || !flows.includes('code')) return wrong('The client does not have the authorization code grant');
      const missing = SCOPES.filter((scope) => !scopes.includes(scope));
      return missing.length === 0 ? ok('The client has the code grant and our scopes') : wrong(`The client lacks the scope ${missing.join(', ')}`);
    }),
  },
  {
    id: 'cognito.email-sign-in',
    severity: 'error',
    line: 'People sign in by their address, whatever its letters’ case, and it is verified by mail',
    why: 'The app asks for an address and nothing else; an unverified one could be anybody’s.',
    todo: 'A pool’s sign-in attributes can’t be changed: make a new pool (npm run infra -- print), with e-mail, case-insensitive, verified.',
    judge: ofPool(({ UsernameAttributes = [], AutoVerifiedAttributes = [], UsernameConfiguration }) => {
      if (!UsernameAttributes.includes('email')) return wrong('People do not sign in by their address in this pool');
      if (UsernameConfiguration?.CaseSensitive === true) return wrong('The pool takes Ada@example.com and ada@example.com for two people');
      return AutoVerifiedAttributes.includes('email') ? ok('People sign in by their verified address') : wrong('The pool does not verify addresses');
    }),
  },
  {
    id: 'cognito.first-factors',
    severity: 'warning',
    line: 'Passwords, mailed codes and passkeys are first factors of the pool',
    why: 'What is missing there is offered by the app and never works.',
    todo: 'Set AllowedFirstAuthFactors to PASSWORD, EMAIL_OTP and WEB_AUTHN (Essentials tier).',
    judge: ofPool(({ Policies }) => {
      const allowed: readonly string[] = Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? ['PASSWORD'];
      const missing = ['PASSWORD', 'EMAIL_OTP', 'WEB_AUTHN'].filter((factor) => !allowed.includes(factor));
      return missing.length === 0 ? ok('Passwords, mailed codes and passkeys are first factors') : wrong(`${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} no first factor of the pool`);
    }),
  },
  {
    id: 'cognito.mfa',
    severity: 'error',
    line: 'People can have an authenticator app (MFA optional or required, software tokens on)',
    why: '`mfa on` fails, and a stolen password is enough.',
    todo: 'Set MFA of the pool to optional or required, with authenticator apps.',
    judge: ofFactors(({ MfaConfiguration = 'OFF', SoftwareTokenMfaConfiguration }) => {
      if (MfaConfiguration === 'OFF') return wrong('MFA is off in the pool');
      return SoftwareTokenMfaConfiguration?.Enabled === true ? ok(`MFA is ${MfaConfiguration === 'ON' ? 'required' : 'optional'}, with authenticator apps`) : wrong('Authenticator apps are off in the pool');
    }),
  },
  {
    id: 'cognito.text-messages',
    severity: 'error',
    line: 'Text messages are no factor of the pool, and it remembers no devices',
    why: 'Selkie has no question for either, so who set one up could not sign in; numbers are stolen by a call to the operator.',
    todo: 'Switch off SMS for MFA, and device tracking.',
    judge: usable(({ factors, pool }) => {
      if (factors.kind === 'answer' && factors.value.SmsMfaConfiguration?.SmsConfiguration !== undefined && factors.value.MfaConfiguration !== 'OFF') return wrong('The pool offers text messages as a second factor');
      if (pool.kind === 'answer' && pool.value.DeviceConfiguration !== undefined) return wrong('The pool remembers devices');
      return judgeAnswer(pool, 'cognito-idp:DescribeUserPool', () => judgeAnswer(factors, 'cognito-idp:GetUserPoolMfaConfig', () => ok('Text messages and remembered devices are off')));
    }),
  },
  {
    id: 'cognito.relying-party',
    severity: 'error',
    line: 'Passkeys belong to the host of APP_ORIGIN',
    why: 'Browsers refuse to make or use a passkey of another host.',
    todo: 'Set the pool’s relying party to the host of APP_ORIGIN.',
    judge: ofFactors(({ WebAuthnConfiguration: passkeys }, { settings }) => {
      const host = new URL(settings.appOrigin).hostname;
      if (passkeys?.RelyingPartyId === undefined) return wrong('The pool has no relying party, so there are no passkeys', { severity: 'warning' });
      const { RelyingPartyId: party } = passkeys;
      // WebAuthn Level 3, 5.1.2: a host may use a domain that it lies in.
      return host === party || host.endsWith(`.${party}`) ? ok(`Passkeys belong to ${party}`) : wrong(`Passkeys belong to ${party}, and people open ${host}`);
    }),
  },
  {
    id: 'cognito.user-verification',
    severity: 'warning',
    line: 'A passkey stands for two factors (user verification required)',
    why: 'With "preferred" a security key without a PIN is enough: whoever finds it is in.',
    todo: 'Set the pool’s user verification to required, and its factor configuration to multi-factor with user verification.',
    judge: ofFactors(({ WebAuthnConfiguration: passkeys }) => {
      if (passkeys?.RelyingPartyId === undefined) return absent;
      if (passkeys.UserVerification !== 'required') return wrong(`User verification of passkeys is ${passkeys.UserVerification ?? 'preferred'}`);
      return passkeys.FactorConfiguration === 'MULTI_FACTOR_WITH_USER_VERIFICATION' ? ok('A passkey stands for two factors') : wrong('A passkey counts as one factor, so who has MFA on can’t sign in with it');
    }),
  },
  {
    id: 'cognito.password-length',
    severity: 'error',
    line: 'Passwords have at least 8 characters',
    why: 'NIST SP 800-63B asks for 8 at least; shorter ones fall to guessing offline and on.',
    todo: 'Raise the minimum length in the pool’s password policy.',
    judge: ofPool(({ Policies }) => {
      const least = Policies?.PasswordPolicy?.MinimumLength ?? 8;
      return least < 8 ? wrong(`Passwords of ${least} characters are allowed`) : ok(`Passwords have at least ${least} characters`);
    }),
  },
  {
    id: 'cognito.deletion-protection',
    severity: 'warning',
    line: 'The pool is protected from deletion',
    why: 'A deleted pool is everybody’s account, and can’t be brought back.',
    todo: 'Switch on deletion protection of the pool.',
    judge: ofPool(({ DeletionProtection }) => (DeletionProtection === 'ACTIVE' ? ok('The pool is protected from deletion') : wrong('The pool is not protected from deletion'))),
  },
  {
    id: 'cognito.app-rights',
    severity: 'error',
    line: 'The app may delete a person, take an authenticator app off, and sign a person out',
    why: 'Account deletion, recovery codes and revocation at Cognito fail.',
    todo: 'Give the app’s role these three on the pool, and no more.',
    judge: usable(({ rights }) => {
      const lacking = Object.entries(rights).filter(([, asked]) => /AccessDenied/.test(refusal(asked).code)).map(([right]) => right);
      if (lacking.length > 0) return wrong(`The app's credentials lack ${lacking.join(', ')}`);
      const odd = Object.values(rights).find((asked) => refusal(asked).code !== 'UserNotFoundException');
      if (odd === undefined) return ok('The app has the rights on the pool that it needs');
      return unknown(odd.kind === 'silent' ? odd.why : odd.kind === 'refused' ? `AWS refused with ${odd.code}; see s3.credentials and clock.services` : 'Cognito knows somebody who cannot be');
    }),
  },
  {
    id: 'cognito.identity-pool',
    severity: 'error',
    line: 'The identity pool exists and takes tokens of our user pool and client',
    why: 'The app reaches a person’s files only with credentials from there, so nothing is synced.',
    todo: 'Correct COGNITO_IDENTITY_POOL_ID, and make our user pool and client its provider, with server-side token check.',
    judge: usable(({ identity, settings }) => {
      if (identity === undefined) return absent;
      const { cognito } = settings;
      if (!cognito.identityPoolId?.startsWith(`${cognito.region}:`)) return unknown('it is of another region; see environment.identity-region');
      const { code, message } = refusal(identity.provider);
      if (code === 'ResourceNotFoundException') return wrong(`There is no identity pool ${cognito.identityPoolId}`);
      if (/not from a supported provider/.test(message)) return wrong('The identity pool does not take tokens of our user pool');
      return judgeAnswer(identity.pool, 'cognito-identity:DescribeIdentityPool', ({ CognitoIdentityProviders: providers = [] }) => {
        const ours = providers.find(({ ProviderName, ClientId }) => ProviderName === cognito.issuer.replace('https://', '') && ClientId === cognito.clientId);
        if (ours === undefined) return wrong('The identity pool does not take tokens of our app client');
        return ours.ServerSideTokenCheck === true ? ok('The identity pool takes tokens of our app client') : wrong('The identity pool does not ask whether a token was revoked (ServerSideTokenCheck)');
      });
    }),
  },
  {
    id: 'cognito.no-guests',
    severity: 'error',
    line: 'The identity pool gives nothing to guests, and has no classic flow',
    why: 'AWS credentials for anybody, or for a role of the caller’s choice.',
    todo: 'Switch off guest access and the basic (classic) flow of the identity pool.',
    judge: usable(({ identity }) => {
      if (identity === undefined) return absent;
      return judgeAnswer(identity.pool, 'cognito-identity:DescribeIdentityPool', ({ AllowUnauthenticatedIdentities: guests, AllowClassicFlow: classic }) => {
        if (guests === true) return wrong('The identity pool gives credentials to guests');
        return classic === true ? wrong('The identity pool allows the classic flow') : ok('The identity pool gives nothing to guests');
      });
    }),
  },
  {
    id: 'cognito.principal-tags',
    severity: 'error',
    line: 'The identity pool makes the claim sub the principal tag sub, and no other',
    why: 'The role of people is bound to their folder by that tag; another claim there could be one that people choose.',
    todo: 'Map the attribute sub to the tag sub for our provider in the identity pool.',
    judge: usable(({ identity }) => {
      if (identity === undefined) return absent;
      if (refusal(identity.provider).code === 'ResourceNotFoundException') return unknown('there is no such identity pool; see cognito.identity-pool');
      // AWS's name for "nothing is mapped".
      if (refusal(identity.tags).code === 'ResourceNotFoundException') return wrong('The identity pool makes no principal tags');
      return judgeAnswer(identity.tags, 'cognito-identity:GetPrincipalTagAttributeMap', (tags) => {
        const others = Object.keys(tags).filter((tag) => tag !== 'sub');
        if (tags.sub !== 'sub') return wrong(tags.sub === undefined ? 'The identity pool makes no principal tag sub' : `The principal tag sub comes from the claim ${tags.sub}`);
        return others.length === 0 ? ok('The claim sub is the principal tag sub') : wrong(`The identity pool also makes the tags ${others.join(', ')}`);
      });
    }),
  },
];

function inSeconds(amount: number, unit: string): number {
  return amount * ({ seconds: 1, minutes: 60, hours: 3600, days: DAY }[unit] ?? 1);
}

function days(seconds: number): string {
  return seconds < 2 * DAY ? `${Math.round(seconds / 3600)} hours` : `${Math.round(seconds / DAY)} days`;
}
