import 'client-only';
import { FsError, type Files } from '@/lib/core/fs/files.ts';
import { HOME } from '@/lib/core/fs/places.ts';
import * as limits from '@/lib/core/limits.ts';

/**
 * What a person sets, in one file of theirs, `~/.config/selkie/settings.json`, so that it follows them to every device by
 * the same sync as their notes and can be edited by hand. One table says which settings there are; reading, listing,
 * `settings NAME VALUE` and Tab all come from it; the words for it are in setting-words.ts. A value that does not fit
 * counts as not set; a file that is no JSON is told and left alone, and so is every name that this version does not
 * know. Rejected: a key of localStorage for each, which stays on one device and needs a second kind of sync.
 */
export const SETTINGS_PATH = `${HOME}/.config/selkie/settings.json`;

export interface Settings {
  theme: string;
  /** Pixels; 0 stands for what fits the screen. */
  'font-size': number;
  cursor: 'bar' | 'block' | 'underline';
  'cursor-blink': boolean;
  bell: 'none' | 'flash' | 'sound';
  /** Reads output out, once, and draws what a screen reader can walk through. */
  'screen-reader': boolean;
  /** Full-screen views as plain lines. */
  'plain-views': boolean;
  /** `system`: as the system asks. */
  'reduced-motion': 'system' | 'on';
  'vim-keys': boolean;
  /** A text field to type into, for keyboards that compose; `auto`: where fingers type. */
  'typing-field': 'auto' | 'on' | 'off';
}

export type SettingName = keyof Settings;

interface Kind {
  initial: Settings[SettingName];
  /** Words that it can be; numbers and theme names have none here. */
  words?: readonly string[];
  /** Sentence for a value that does not fit. */
  expects: string;
  fits: (value: unknown) => boolean;
}

const oneOf = (...words: string[]): Kind => ({
  initial: words[0] as Settings[SettingName], words, expects: words.join(', '), fits: (value) => words.includes(value as string),
});
const onOff = (initial: boolean): Kind => ({
  initial, words: ['on', 'off'], expects: 'on or off', fits: (value) => typeof value === 'boolean',
});

export const FONT_SIZE_MIN = 8;
export const FONT_SIZE_MAX = 32;

/** Which settings there are, in the order in which they are listed. */
export const settingKinds: Readonly<Record<SettingName, Kind>> = {
  theme: {
    initial: 'auto',
    expects: 'the name of a theme; `theme --list` names them',
    fits: (value) => typeof value === 'string' && /^[a-z][a-z0-9-]{0,39}$/.test(value),
  },
  'font-size': {
    initial: 0,
    expects: `auto, or a number from ${FONT_SIZE_MIN} to ${FONT_SIZE_MAX}`,
    fits: (value) => value === 0 || (Number.isInteger(value) && Number(value) >= FONT_SIZE_MIN && Number(value) <= FONT_SIZE_MAX),
  },
  cursor: oneOf('bar', 'block', 'underline'),
  'cursor-blink': onOff(true),
  bell: oneOf('none', 'flash', 'sound'),
  'screen-reader': onOff(false),
  'plain-views': onOff(false),
  'reduced-motion': oneOf('system', 'on'),
  'vim-keys': onOff(false),
  'typing-field': oneOf('auto', 'on', 'off'),
};

export const settingNames = Object.keys(settingKinds) as SettingName[];

export const initialSettings = Object.fromEntries(settingNames.map((name) => [name, settingKinds[name].initial])) as unknown as Settings;

/** As it is typed and listed: `on`, `14`, `auto`. */
export function settingText(value: Settings[SettingName]): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return value === 0 ? 'auto' : String(value);
}

/** The file as it is; `broken` says in one sentence why it cannot be read. */
type Kept = { values: Record<string, unknown> } | { broken: string };

const MENDS = '`edit ~/.config/selkie/settings.json` mends it.';

function readKept(files: Pick<Files, 'stat' | 'read'>): Kept {
  try {
    const stat = files.stat(SETTINGS_PATH);
    if (stat === undefined) return { values: {} };
    if (stat.kind !== 'file' || stat.size > limits.settingsMaxBytes) return { broken: `settings.json is not a file of settings; it is left alone, and ${MENDS}` };
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(files.read(SETTINGS_PATH)));
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return { broken: `settings.json holds no settings ({…}); it is left alone, and ${MENDS}` };
    return { values: parsed as Record<string, unknown> };
  } catch (error) {
    if (error instanceof FsError) return { broken: `settings.json cannot be read: ${error.message}.` };
    return { broken: `settings.json is not JSON; it is left alone, and ${MENDS}` };
  }
}

/** What is set, with the initial values for all else; `problems` are sentences for the person. */
export function readSettings(files: Pick<Files, 'stat' | 'read'>): { settings: Settings; problems: string[] } {
  const kept = readKept(files);
  if ('broken' in kept) return { settings: initialSettings, problems: [kept.broken] };
  const problems: string[] = [];
  const settings = { ...initialSettings } as Record<SettingName, unknown>;
  for (const name of settingNames) {
    const value = Object.hasOwn(kept.values, name) ? kept.values[name] : undefined;
    if (value === undefined) continue;
    if (settingKinds[name].fits(value)) settings[name] = value;
    else problems.push(`settings.json: "${name}" has to be ${settingKinds[name].expects}; it counts as ${settingText(settingKinds[name].initial)}.`);
  }
  return { settings: settings as unknown as Settings, problems };
}

export interface SettingsStore {
  readonly current: Settings;
  /** Keeps it in the file. A sentence when that failed; the setting then holds for this page only, or, with a broken file, not at all. */
  set<Name extends SettingName>(name: Name, value: Settings[Name]): string | undefined;
  /** Takes it out of the file, so that it is as at first. */
  reset(name: SettingName): string | undefined;
  onChange(listener: (settings: Settings) => void): () => void;
  dispose(): void;
}

export interface SettingsOptions {
  files: Files;
  /** Called when the files have another owner; returns the unsubscribe. */
  onOwner: (listener: () => void) => () => void;
  /** Tells the person a sentence. */
  notice: (sentence: string) => void;
}

export function openSettings({ files, onOwner, notice }: SettingsOptions): SettingsStore {
  const listeners = new Set<(settings: Settings) => void>();
  let current = initialSettings;
  let told = '';

  const take = (next: Settings) => {
    if (settingNames.every((name) => next[name] === current[name])) return;
    current = next;
    for (const listener of [...listeners]) listener(current);
  };
  const load = () => {
    const { settings, problems } = readSettings(files);
    const text = problems.join(' ');
    if (text !== told && text !== '') notice(text);
    told = text;
    // A file that is being mended keeps what was set before.
    if (problems.length === 0 || settings !== initialSettings) take(settings);
  };
  load();
  const stops = [
    files.onChange((path) => {
      // Also for a directory above it that came or went, and for a change whose path is not known.
      if (SETTINGS_PATH === path || SETTINGS_PATH.startsWith(`${path}/`) || path === '/') load();
    }),
    onOwner(() => {
      told = '';
      current = { ...current };
      take(readSettings(files).settings);
      load();
    }),
  ];

  const write = (change: (values: Record<string, unknown>) => void): string | undefined => {
    const kept = readKept(files);
    if ('broken' in kept) return kept.broken;
    const values = { ...kept.values };
    change(values);
    try {
      let directory = '';
      for (const part of SETTINGS_PATH.slice(1).split('/').slice(0, -1)) {
        directory += `/${part}`;
        if (files.stat(directory) === undefined) files.makeDirectory(directory);
      }
      files.write(SETTINGS_PATH, new TextEncoder().encode(`${JSON.stringify(values, undefined, 2)}\n`));
      return undefined;
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      return `This holds until the page is closed, because settings.json could not be written: ${error.message}.`;
    }
  };

  return {
    get current() {
      return current;
    },
    set(name, value) {
      const problem = write((values) => { values[name] = value; });
      if ('broken' in readKept(files)) return problem;
      take({ ...current, [name]: value });
      return problem;
    },
    reset(name) {
      const problem = write((values) => { Reflect.deleteProperty(values, name); });
      if ('broken' in readKept(files)) return problem;
      take({ ...current, [name]: initialSettings[name] });
      return problem;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose() {
      for (const stop of stops) stop();
      listeners.clear();
    },
  };
}
