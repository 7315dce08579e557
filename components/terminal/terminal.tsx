'use client';

import { useLayoutEffect, useRef, useState } from 'react';
import type { SyncTransport } from '@/lib/core/sync/transport.ts';
import { orOutdated } from '../offline/or-outdated.ts';
import { mountTerminal } from './mount-terminal.ts';
import type { StatusText } from './status-text.ts';
import '@xterm/xterm/css/xterm.css';
import './terminal.css';

/**
 * The terminal. The server renders the frame and the status row; everything in the frame, the tabs and the keys
 * belongs to mount-terminal.ts, which React leaves alone. No `style` attribute: the policy would block it.
 */
export function Terminal({ sync }: { sync: SyncTransport['sync'] }) {
  const root = useRef<HTMLElement>(null);
  const tabs = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const keys = useRef<HTMLDivElement>(null);
  const [status, setStatus] = useState<StatusText>();

  // Not useEffect, which waits for a frame without the terminal.
  useLayoutEffect(() => {
    if (root.current === null || tabs.current === null || frame.current === null || keys.current === null) return undefined;
    return mountTerminal({
      root: root.current, tabs: tabs.current, frame: frame.current, keys: keys.current, transport: { sync: orOutdated(sync) }, onStatus: setStatus,
    });
  }, [sync]);

  return (
    <main className="terminal-page" data-testid="terminal" ref={root}>
      <h1 className="visually-hidden">Selkie</h1>
      <div className="terminal-tabs" hidden ref={tabs} />
      <div className="terminal-frame" ref={frame} />
      <div className="terminal-keys" role="toolbar" aria-label="Keys" ref={keys} />
      <noscript className="terminal-noscript">Selkie is a terminal that runs in this page; it needs JavaScript.</noscript>
      <div className="terminal-status" role="status" aria-live="polite">
        <span className="terminal-who">{status?.who ?? ''}</span>
        <span className="terminal-sync">
          {status === undefined ? '' : <span className={`terminal-dot ${status.tone}`} aria-hidden="true" />}
          {status?.text ?? ''}
        </span>
      </div>
    </main>
  );
}
