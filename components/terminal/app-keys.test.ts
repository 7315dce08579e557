import { expect, test } from 'vitest';
import { appActionOf, appKeys, keyOfAction, type PressedKey } from './app-keys.ts';

function press(key: string, code: string, modifiers = ''): PressedKey {
  return { key, code, ctrlKey: modifiers.includes('C'), altKey: modifiers.includes('A'), shiftKey: modifiers.includes('S'), metaKey: modifiers.includes('M') };
}

test('the palette, the search, tabs, panes, prompts and the size of the letters have their keys', () => {
  expect([
    press('F1', 'F1'), press('P', 'KeyP', 'CS'), press('k', 'KeyK', 'M'), press('F', 'KeyF', 'CS'), press('3', 'Digit3', 'A'),
    // On a Mac Alt makes other characters of the keys.
    press('£', 'Digit3', 'A'), press('ˇ', 'KeyT', 'AS'), press('ArrowLeft', 'ArrowLeft', 'AS'), press('ArrowUp', 'ArrowUp', 'CS'),
    press('+', 'Equal', 'CS'), press('=', 'Equal', 'C'), press('-', 'Minus', 'C'), press('0', 'Digit0', 'C'), press('0', 'Digit0', 'M'),
  ].map(appActionOf)).toEqual([
    'palette', 'palette', 'palette', 'search', 'tab-3', 'tab-3', 'tab-new', 'pane-left', 'prompt-previous',
    'font-larger', 'font-larger', 'font-smaller', 'font-reset', 'font-reset',
  ]);
});

test('what readline and the browser use is not taken', () => {
  for (const letter of 'abcdefghijklmnopqrstuvwxyz') {
    for (const modifiers of ['', 'S', 'C', 'A']) {
      expect(appActionOf(press(modifiers === 'S' ? letter.toUpperCase() : letter, `Key${letter.toUpperCase()}`, modifiers)), `${modifiers} ${letter}`).toBeUndefined();
    }
  }
  expect([
    press('Tab', 'Tab'), press('Escape', 'Escape'), press('ArrowUp', 'ArrowUp'), press('ArrowLeft', 'ArrowLeft', 'A'), press('ArrowLeft', 'ArrowLeft', 'C'),
    press('c', 'KeyC', 'CS'), press('v', 'KeyV', 'CS'), press('F5', 'F5'), press('Control', 'ControlLeft', 'C'), press('1', 'Digit1'), press('Enter', 'Enter'),
  ].map(appActionOf).filter((action) => action !== undefined)).toEqual([]);
});

test('each action says one key, on a Mac its own', () => {
  expect([keyOfAction('palette', false), keyOfAction('palette', true), keyOfAction('tab-new', true), keyOfAction('nothing', false)]).toEqual(['F1', 'Cmd-K', 'Alt-Shift-T', undefined]);
  expect(new Set(appKeys.map(([chord]) => chord)).size).toBe(appKeys.length);
});
