import { createHash } from 'node:crypto';
import type { ServiceResponse } from '../../service.ts';
import type { PendingStep } from './sign-in-steps.ts';

/** The pages' only style; its hash is in the Content-Security-Policy. */
const style =
  ':root{color-scheme:light dark;--line:light-dark(#8a8f98,#71767f);--soft:light-dark(#5b616b,#a9afb9);--accent:light-dark(#0b5cad,#8cc2ff);--on:light-dark(#fff,#0b1420)}' +
  '*{box-sizing:border-box}body{background:light-dark(#fff,#121417);color:light-dark(#16181d,#eceef2);font:1rem/1.5 system-ui,sans-serif;margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem}' +
  'main{width:100%;max-width:24rem}h1{font-size:1.5rem;margin:.25rem 0 1.25rem}header,footer{color:var(--soft);font-size:.875rem}footer{margin-top:1.5rem}' +
  'label{display:block;font-weight:600;margin:.75rem 0 .25rem}' +
  'input{font:inherit;width:100%;min-height:2.75rem;padding:.5rem .75rem;border:1px solid var(--line);border-radius:.375rem;background:transparent;color:inherit}' +
  'button{font:inherit;font-weight:600;width:100%;min-height:2.75rem;margin-top:1.25rem;border:0;border-radius:.375rem;background:var(--accent);color:var(--on);cursor:pointer}' +
  ':focus-visible{outline:3px solid var(--accent);outline-offset:2px}' +
  '[role=alert]{border:1px solid;border-left-width:.375rem;border-radius:.375rem;padding:.5rem .75rem;margin:0 0 1rem;color:light-dark(#a1121b,#ffa5a5)}';

const styleHash = createHash('sha256').update(style).digest('base64');

/** What every form carries beside its fields. */
export interface FormContext {
  /** The authorization request as it came; each post is judged by it anew. */
  query: string;
  forgeryToken: string;
  /** Where the answer to the form may send the browser: browsers check `form-action` on redirects too. */
  redirectUri: string;
  /** What went wrong with the form before. */
  complaint?: string | undefined;
}

/** User name and password. */
export function loginPage(form: FormContext, username = '', status = 200): ServiceResponse {
  const fields = field('username', 'Email address', `type="email" autocomplete="username" maxlength="254" value="${escape(username)}"`, form.complaint, username === '') +
    field('password', 'Password', 'type="password" autocomplete="current-password" maxlength="256"', form.complaint, username !== '');
  return page(status, 'Sign in', formOf(form, fields, 'Sign in'), form.redirectUri);
}

const steps: Readonly<Record<PendingStep['challenge'], { title: string; words: string; name: string; label: string; attributes: string; button: string }>> = {
  SOFTWARE_TOKEN_MFA: {
    title: 'Enter your authenticator’s code', words: 'Open the authenticator app of your choice and type the six digits that it shows.',
    name: 'code', label: 'Code', attributes: 'inputmode="numeric" autocomplete="one-time-code" maxlength="16"', button: 'Continue',
  },
  EMAIL_OTP: {
    title: 'Enter the code from your mail', words: 'A code is on its way to your address.',
    name: 'code', label: 'Code', attributes: 'inputmode="numeric" autocomplete="one-time-code" maxlength="16"', button: 'Continue',
  },
  NEW_PASSWORD_REQUIRED: {
    title: 'Choose a new password', words: 'At least 8 characters, with an upper-case and a lower-case letter, a digit and a symbol.',
    name: 'new_password', label: 'New password', attributes: 'type="password" autocomplete="new-password" maxlength="256"', button: 'Save and sign in',
  },
  MFA_SETUP: {
    title: 'Set up your authenticator', words: 'This pool asks everybody for a second factor. Add this secret to an authenticator app, then type the code that it shows.',
    name: 'code', label: 'Code', attributes: 'inputmode="numeric" autocomplete="one-time-code" maxlength="16"', button: 'Continue',
  },
};

/** What stands between the right password and the app. */
export function stepPage(form: FormContext, { challenge, secret }: PendingStep, stepId: string, status = 200): ServiceResponse {
  const { title, words, name, label, attributes, button } = steps[challenge];
  const shown = secret === undefined ? '' : `<p>Secret: <code>${escape(secret.replace(/(.{4})(?=.)/g, '$1 '))}</code></p>`;
  const fields = `<p id="words">${words}</p>${shown}<input type="hidden" name="step" value="${escape(stepId)}">` + field(name, label, attributes, form.complaint, true, 'words');
  return page(status, title, formOf(form, fields, button), form.redirectUri);
}

/** The name of the field that answers a step. */
export function fieldOf(challenge: PendingStep['challenge']): string {
  return steps[challenge].name;
}

/** Where there is nobody to send the browser back to. */
export function errorPage(sentence: string, status = 400): ServiceResponse {
  return page(status, 'This sign-in cannot go on', `<p>${escape(sentence)}</p>`);
}

function formOf({ query, forgeryToken, complaint }: FormContext, fields: string, button: string): string {
  const alert = complaint === undefined ? '' : `<p role="alert" id="complaint">${escape(complaint)}</p>`;
  return `${alert}<form method="post" action="/login?${escape(query)}"><input type="hidden" name="_csrf" value="${escape(forgeryToken)}">${fields}<button>${button}</button></form>`;
}

function field(name: string, label: string, attributes: string, complaint: string | undefined, focused: boolean, described?: string): string {
  const ids = [...(described === undefined ? [] : [described]), ...(complaint === undefined ? [] : ['complaint'])];
  const tied = (ids.length > 0 ? ` aria-describedby="${ids.join(' ')}"` : '') + (complaint === undefined ? '' : ' aria-invalid="true"');
  return `<label for="${name}">${label}</label><input id="${name}" name="${name}" required ${attributes}${tied}${focused ? ' autofocus' : ''}>`;
}

function page(status: number, title: string, content: string, redirectUri?: string): ServiceResponse {
  const formAction = redirectUri === undefined ? "'none'" : `'self' ${new URL(redirectUri).origin}`;
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action ${formAction}; frame-ancestors 'none'`,
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      // Not no-referrer: with it browsers send `Origin: null` on the form, and the form's own check needs the origin.
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    },
    body:
      '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">' +
      `<title>${escape(title)} · Managed login</title><style>${style}</style></head><body><main><header>Managed login · embedded cloud</header>` +
      `<h1>${escape(title)}</h1>${content}<footer>This page stands in for Cognito’s. Nothing leaves this machine.</footer></main></body></html>\n`,
  };
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}
