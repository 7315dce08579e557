import { createSoftwareAuthenticator } from '../../local/cognito/testing/software-authenticator.ts';
import { totpCode } from './factors.ts';
import { type Browser, ORIGIN, password, type Reply } from './route-stack.ts';

/** An answer's body, whatever it holds. */
export const bodyOf = (reply: Reply) => reply.data as unknown as Record<string, any>;

export async function must(browser: Browser, status: number, method: string, path: string, body?: unknown): Promise<Record<string, any>> {
  const reply = await browser.call(method, path, body);
  if (reply.status !== status) throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.data)}`);
  return bodyOf(reply);
}

export const stepUp = (browser: Browser) => must(browser, 200, 'POST', '/api/auth/step-up', { password });

export const authenticator = () => createSoftwareAuthenticator({ origin: ORIGIN });

/** Sets an authenticator app up; the session has been stepped up before. */
export async function setUpTotp(browser: Browser): Promise<{ secret: string; recoveryCodes: string[] }> {
  const { secret } = await must(browser, 200, 'POST', '/api/auth/totp', {});
  const confirm = () => browser.call('POST', '/api/auth/totp/confirm', { code: totpCode(secret, -1) });
  let reply = await confirm();
  // A step of the clock went by between the code and its check.
  if (reply.status === 400) reply = await confirm();
  if (reply.status !== 200) throw new Error(`the authenticator app was not accepted: ${reply.status} ${JSON.stringify(reply.data)}`);
  const { recoveryCodes } = bodyOf(reply);
  return { secret, recoveryCodes };
}

/** Registers a passkey; the session has been stepped up before. */
export async function addPasskey(browser: Browser, key: ReturnType<typeof authenticator>, name: string): Promise<{ id: string; name: string; created: string }> {
  const { publicKey } = await must(browser, 200, 'POST', '/api/auth/passkeys/options', {});
  return (await must(browser, 201, 'POST', '/api/auth/passkeys', { credential: key.create(publicKey), name })).passkey;
}
