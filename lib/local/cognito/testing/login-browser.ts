import { createHash } from 'node:crypto';

/** What a browser keeps and does on managed login's pages: cookies of the host, forms as they stand, no redirect followed. */
export interface LoginBrowser {
  jar: Map<string, string>;
  get(target: string, headers?: Record<string, string>): Promise<Page>;
  /** Fills in the page's only form and posts it as a browser would. */
  submit(page: Page, fields: Record<string, string>, headers?: Record<string, string>): Promise<Page>;
  /** Posts what one likes. */
  post(target: string, fields: Record<string, string> | string, headers?: Record<string, string>): Promise<Page>;
}

export interface Page {
  status: number;
  headers: Headers;
  text: string;
  /** Of a redirect, else ''. */
  location: string;
}

export function createLoginBrowser(origin: string): LoginBrowser {
  const browser: LoginBrowser = {
    jar: new Map(),
    get: (target, headers = {}) => send('GET', target, null, headers),
    post(target, fields, headers = {}) {
      const body = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString();
      return send('POST', target, body, { 'content-type': 'application/x-www-form-urlencoded', origin, 'sec-fetch-site': 'same-origin', ...headers });
    },
    submit(page, fields, headers) {
      const form = formOf(page);
      return browser.post(form.action, { ...form.hidden, ...fields }, headers);
    },
  };

  const send = async (method: string, target: string, body: string | null, headers: Record<string, string>): Promise<Page> => {
    const cookie = [...browser.jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(new URL(target, origin), { method, body, redirect: 'manual', headers: { ...(cookie === '' ? {} : { cookie }), ...headers } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') browser.jar.delete(name);
      else browser.jar.set(name, value);
    }
    return { status: response.status, headers: response.headers, text: await response.text(), location: response.headers.get('location') ?? '' };
  };
  return browser;
}

/** Where the form goes and what it carries unseen. */
export function formOf({ text }: Page): { action: string; hidden: Record<string, string> } {
  const plain = (html: string) => html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
  const [, action] = /<form method="post" action="([^"]*)">/.exec(text) ?? [];
  if (action === undefined) throw new Error(`No form on this page: ${text}`);
  const hidden = [...text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, name = '', value = '']) => [name, plain(value)]);
  return { action: plain(action), hidden: Object.fromEntries(hidden) };
}

/** What the page complains of, else ''. */
export function complaintOf({ text }: Page): string {
  return /<p role="alert" id="complaint">([^<]*)<\/p>/.exec(text)?.[1] ?? '';
}

export const verifier = 'a-verifier-of-this-test-with-enough-characters';

export function challengeOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
