import { type AccountChannel, openAccountChannel } from '@/lib/client/account-channel.ts';

/**
 * One channel a page, however many of its parts speak or listen: a channel hears all others but itself, so a page
 * with two would hear its own news and load itself anew in the middle of leaving.
 */
let channel: AccountChannel | undefined;
const listeners = new Set<() => void>();

/** Tells the other tabs to ask the server who is signed in now. */
export function tellTabs(): void {
  const speaker = channel ?? openAccountChannel(() => undefined);
  speaker.tell('session-changed');
  if (speaker !== channel) speaker.dispose();
}

/** Calls back when another tab signed in or out. Answers the function that stops it. */
export function onOtherTab(listener: () => void): () => void {
  listeners.add(listener);
  channel ??= openAccountChannel(() => {
    for (const each of listeners) each();
  });
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    channel?.dispose();
    channel = undefined;
  };
}
