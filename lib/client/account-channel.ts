import 'client-only';

/**
 * Tells the other tabs of this browser that the session changed here. A hint only: who hears it asks
 * the server (`session-changed`) or looks at the keys (`signed-out`); a tab that missed it finds out at its next request.
 */
const events = ['session-changed', 'signed-out'] as const;
export type AccountEvent = (typeof events)[number];

const CHANNEL = 'selkie1:account';

export interface AccountChannel {
  tell(event: AccountEvent): void;
  dispose(): void;
}

export function openAccountChannel(onEvent: (event: AccountEvent) => void): AccountChannel {
  if (typeof BroadcastChannel === 'undefined') return { tell: () => undefined, dispose: () => undefined };
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    const event = events.find((each) => each === data);
    if (event !== undefined) onEvent(event);
  };
  return { tell: (event) => channel.postMessage(event), dispose: () => channel.close() };
}
