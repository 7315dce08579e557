/**
 * The keys that are the page's own, one table: what is pressed, what the palette and the manual say, what is done. A key
 * that readline uses stays readline's, which is why the palette is not on Ctrl-K: there it cuts to the end of the
 * line. Letters are told by their place on the keyboard where Alt makes another character of them.
 */
export type AppAction =
  | 'palette' | 'search' | 'tab-new' | 'pane-close' | 'tab-next' | 'tab-previous' | `tab-${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}`
  | 'split-right' | 'split-down' | 'pane-left' | 'pane-right' | 'pane-up' | 'pane-down'
  | 'pane-narrower' | 'pane-wider' | 'pane-lower' | 'pane-higher'
  | 'prompt-previous' | 'prompt-next' | 'font-larger' | 'font-smaller' | 'font-reset';

/** As shown: modifiers in the order Ctrl, Alt, Shift, Cmd; the first chord of an action is the one that is shown. */
export const appKeys: readonly (readonly [chord: string, action: AppAction])[] = [
  ['F1', 'palette'], ['Ctrl-Shift-P', 'palette'], ['Cmd-K', 'palette'], ['Cmd-Shift-P', 'palette'],
  ['Ctrl-Shift-F', 'search'], ['Cmd-F', 'search'],
  ['Alt-Shift-T', 'tab-new'], ['Alt-Shift-W', 'pane-close'],
  ['Alt-Shift-PageDown', 'tab-next'], ['Alt-Shift-PageUp', 'tab-previous'],
  ...([1, 2, 3, 4, 5, 6, 7, 8, 9] as const).map((digit): [string, AppAction] => [`Alt-${digit}`, `tab-${digit}`]),
  ['Alt-Shift-V', 'split-right'], ['Alt-Shift-H', 'split-down'],
  ['Alt-Shift-Left', 'pane-left'], ['Alt-Shift-Right', 'pane-right'], ['Alt-Shift-Up', 'pane-up'], ['Alt-Shift-Down', 'pane-down'],
  ['Ctrl-Alt-Shift-Left', 'pane-narrower'], ['Ctrl-Alt-Shift-Right', 'pane-wider'],
  ['Ctrl-Alt-Shift-Up', 'pane-lower'], ['Ctrl-Alt-Shift-Down', 'pane-higher'],
  ['Ctrl-Shift-Up', 'prompt-previous'], ['Ctrl-Shift-Down', 'prompt-next'],
  ['Ctrl-+', 'font-larger'], ['Ctrl-=', 'font-larger'], ['Ctrl--', 'font-smaller'], ['Ctrl-0', 'font-reset'],
  ['Cmd-+', 'font-larger'], ['Cmd-=', 'font-larger'], ['Cmd--', 'font-smaller'], ['Cmd-0', 'font-reset'],
];

export interface PressedKey {
  key: string;
  code: string;
  ctrlKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  metaKey: boolean;
}

const byChord = new Map(appKeys);

/** `Ctrl-Shift-F`; undefined for a modifier alone. */
export function chordOf({ key, code, ctrlKey, altKey, shiftKey, metaKey }: PressedKey): string | undefined {
  if (['Control', 'Alt', 'Shift', 'Meta', 'AltGraph'].includes(key)) return undefined;
  const letter = /^Key([A-Z])$/.exec(code)?.[1] ?? (/^[a-z]$/i.test(key) ? key.toUpperCase() : undefined);
  const digit = /^Digit(\d)$/.exec(code)?.[1];
  const isSign = /^[+=\-_]$/.test(key);
  const name = letter ?? (altKey || (ctrlKey && !isSign) ? digit : undefined) ?? key.replace(/^Arrow/, '');
  // Shift is needed to type some signs at all.
  const shift = shiftKey && !isSign ? 'Shift-' : '';
  return `${ctrlKey ? 'Ctrl-' : ''}${altKey ? 'Alt-' : ''}${shift}${metaKey ? 'Cmd-' : ''}${name}`.replace(/Shift-Cmd-/, 'Cmd-Shift-');
}

/** What this key does to the page; undefined when it is not the page's. */
export function appActionOf(event: PressedKey): AppAction | undefined {
  const chord = chordOf(event);
  return chord === undefined ? undefined : byChord.get(chord);
}

/** The key to show beside an action. */
export function keyOfAction(action: string, isMac: boolean): string | undefined {
  const chords = appKeys.filter(([, each]) => each === action).map(([chord]) => chord);
  return (isMac ? chords.find((chord) => chord.startsWith('Cmd-')) : undefined) ?? chords.find((chord) => !chord.startsWith('Cmd-')) ?? chords[0];
}
