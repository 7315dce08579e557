import 'client-only';
import { settingKinds, type SettingName, type Settings } from './settings.ts';

/** What is said and asked of settings where somebody names one; the prompt does without. */
export const settingAbout: Readonly<Record<SettingName, string>> = {
  theme: 'colours of everything; `theme` shows them',
  'font-size': 'in pixels; auto is what fits the screen',
  cursor: 'the shape of the cursor',
  'cursor-blink': 'whether it blinks',
  bell: 'what a bell does',
  'screen-reader': 'reads output out, once, and makes rows that a screen reader walks through',
  'plain-views': 'full-screen views as plain lines',
  'reduced-motion': 'nothing moves or blinks; system asks the system',
  'vim-keys': 'vim’s keys in the editor',
  'typing-field': 'a text field to type into; auto shows it where fingers type and to screen readers',
};

export const isSettingName = (name: string): name is SettingName => Object.hasOwn(settingKinds, name);

/** What was typed as a value; undefined when it does not fit, `expects` says what does. */
export function parseSetting(name: SettingName, text: string): Settings[SettingName] | undefined {
  const { fits, initial } = settingKinds[name];
  let value: unknown = text;
  if (typeof initial === 'boolean') value = text === 'on' ? true : text === 'off' ? false : undefined;
  if (typeof initial === 'number') value = text === 'auto' ? 0 : /^\d{1,3}$/.test(text) ? Number(text) : undefined;
  return fits(value) ? (value as Settings[SettingName]) : undefined;
}
