import type { Mail } from './outbox.ts';

/** The page's only style; its hash is in the Content-Security-Policy. */
export const outboxStyle =
  ':root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem}' +
  'li{border-top:1px solid;padding:.75rem 0}ol{list-style:none;padding:0}code{font-size:1.5rem;user-select:all}';

/** The mails as a page without scripts, which loads itself again every five seconds. */
export function outboxPage(mails: readonly Mail[], to: string | undefined): string {
  const title = to === undefined ? 'Outbox' : `Outbox of ${to}`;
  const items = mails.map(
    (mail) =>
      `<li><p>${escape(mail.subject)}</p><p><code>${escape(mail.code)}</code></p>` +
      `<p>To ${escape(mail.to)}, <time datetime="${escape(mail.at)}">${escape(mail.at)}</time></p></li>`,
  );
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="refresh" content="5">' +
    `<title>${escape(title)}</title><style>${outboxStyle}</style></head><body><main><h1>${escape(title)}</h1>` +
    '<p>Mail that Selkie’s embedded cloud would have sent, newest first. Nothing has left this machine.</p>' +
    (items.length === 0 ? '<p>No mail yet.</p>' : `<ol>${items.join('')}</ol>`) +
    '</main></body></html>\n'
  );
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}
