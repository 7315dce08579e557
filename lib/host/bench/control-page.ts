import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../paths.ts';

/**
 * The peer of the measurements of the screen: a page that loads only xterm.js, echoes what is typed and writes what it is
 * given, with the same cursor: one that blinks is an animation, which binds every paint to the next frame. It lies among the build's static files, so that the same server sends it.
 */
const CONTROL = 'bench-control';

export const controlAddress = (origin: string): string => `${origin}/_next/static/${CONTROL}/index.html`;

/** For the context of a page: the policy of static files would block the style sheets that xterm.js writes, and the peer draw without colours and rows. */
export const policyOf = (url: string): { bypassCSP: boolean } => ({ bypassCSP: url.includes(`/${CONTROL}/`) });

/** Before the server starts, which looks once for what it has to send. Answers the removal. */
export function placeControl(): () => void {
  const directory = join(projectRoot, '.next', 'static', CONTROL);
  mkdirSync(directory, { recursive: true });
  for (const [from, to] of [['lib/xterm.js', 'xterm.js'], ['css/xterm.css', 'xterm.css']] as const) {
    cpSync(join(projectRoot, 'node_modules/@xterm/xterm', from), join(directory, to));
  }
  writeFileSync(join(directory, 'index.html'), '<!doctype html><meta charset="utf-8"><title>control</title><link rel="stylesheet" href="xterm.css"><style>html,body,#t{height:100%;margin:0}</style><div id="t"></div><script src="xterm.js"></script><script src="control.js"></script>');
  writeFileSync(join(directory, 'control.js'), `
    const terminal = new Terminal({ cols: 140, rows: 40, convertEol: true, scrollback: 10000, cursorBlink: true, cursorStyle: 'bar' });
    terminal.open(document.getElementById('t'));
    terminal.onData((data) => terminal.write(data));
    terminal.write('$ ', () => requestAnimationFrame(() => { document.body.dataset.ready = 'true'; document.body.dataset.testid = 'terminal'; terminal.focus(); }));
    window.writeBytes = (base64) => new Promise((resolve) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const started = performance.now();
      terminal.write(bytes, () => requestAnimationFrame(() => resolve(performance.now() - started)));
    });
  `);
  return () => rmSync(directory, { recursive: true, force: true });
}
