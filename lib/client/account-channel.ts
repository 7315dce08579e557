import 'client-only';
import * as v from 'valibot';

/**
 * Tells the other tabs of this browser that the session changed here. A hint only: who hears it asks
 * the server (`session-changed`) or looks at the keys (`signed-out`); a tab that missed it finds out at its next request.
 */
export type AccountEvent = 'session-changed' | 'signed-out';

const CHANNEL = 'selkie1:account';
const events = v.picklist(['session-changed', 'signed-out']);

export interface AccountChannel {
  tell(event: AccountEvent): void;
  dispose(): void;
}

export function openAccountChannel(onEvent: (event: AccountEvent) => void): AccountChannel {
  if (typeof BroadcastChannel === 'undefined') return { tell: () => undefined, dispose: () => undefined };
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    const event = v.safeParse(events, data);
    if (event.success) onEvent(event.output);
  };
  return { tell: (event) => channel.postMessage(event), dispose: () => channel.close() };
}
