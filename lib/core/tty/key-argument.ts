/** Times that a number typed with Alt can repeat a key; more is a slip of the finger. */
const REPEAT_MAX = 1_000;
/** Keys for which a number is not how often. */
export const ONCE = /^(enter|tab|ctrl-[\]cgjloqrsvx]|alt-[.*?=#<>r]|alt-ctrl-[\]y])$/;
/** What a negative number makes of a key. */
export const OPPOSITE: Readonly<Record<string, string>> = {
  'left': 'right', 'right': 'left', 'ctrl-b': 'right', 'ctrl-f': 'left', 'alt-b': 'alt-f', 'alt-f': 'alt-b', 'ctrl-left': 'alt-f', 'ctrl-right': 'alt-b',
  'up': 'down', 'down': 'up', 'ctrl-p': 'ctrl-n', 'ctrl-n': 'ctrl-p', 'ctrl-d': 'backspace', 'delete': 'backspace', 'backspace': 'delete',
  'ctrl-h': 'delete', 'alt-d': 'alt-backspace', 'alt-backspace': 'alt-d', 'ctrl-k': 'ctrl-u', 'ctrl-u': 'ctrl-k', 'ctrl-w': 'alt-d',
};

/** The number that digits typed with Alt make; `-` alone is -1. */
export function argumentCount(argument: string): number {
  const number = argument === '-' ? -1 : Number(argument);
  return Math.max(-REPEAT_MAX, Math.min(REPEAT_MAX, number));
}
