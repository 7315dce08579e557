import { SESSION_SECONDS } from './browser-sessions.ts';

/** AWS's names. A port does not part cookies, so nothing rests on what another server of this host may have set. */
const SESSION = 'cognito';
const FORGERY = 'XSRF-TOKEN';

/** Lax, not Strict: the app's redirect to the authorize endpoint comes from another site and must carry the session. */
const attributes = 'Path=/; HttpOnly; SameSite=Lax';

export const sessionCookie = {
  read: (header: string | undefined) => readCookie(header, SESSION),
  set: (value: string) => `${SESSION}=${value}; Max-Age=${SESSION_SECONDS}; ${attributes}`,
  clear: () => `${SESSION}=; Max-Age=0; ${attributes}`,
};

export const forgeryCookie = {
  read: (header: string | undefined) => readCookie(header, FORGERY),
  set: (value: string) => `${FORGERY}=${value}; ${attributes}`,
};

/** A value of ours; undefined when there is none, or two: the second was planted. */
function readCookie(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '').split(/[;,]/).map((part) => part.trim()).filter((part) => part.startsWith(`${name}=`)).map((part) => part.slice(name.length + 1));
  return values.length === 1 && /^[\w-]{43}$/.test(values[0]!) ? values[0] : undefined;
}
