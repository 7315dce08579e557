import { SET_LETTERS, SET_NAMES, SHOPT_NAMES } from './flags.ts';
import type { ShellState } from './state.ts';

/**
 * Variables and parameters that the shell computes when they are read. Scripts look at `BASH_VERSINFO` to see what they
 * may use; ours follows bash 5.2.
 */
export function specialValue(state: ShellState, name: string): string | undefined {
  switch (name) {
    case '?': return String(state.lastStatus);
    case '#': return String(state.positional.length);
    case '$': return String(state.processId);
    case '!': return state.lastJob === undefined ? undefined : String(state.lastJob);
    case '0': return state.scriptName;
    case '-': return `${SET_LETTERS.filter(([, flag]) => state.flags[flag]).map(([letter]) => letter).join('').replace(/^([a-z]*)/, (lower) => [...lower, 'h'].sort().join(''))}${state.isInteractive ? 'i' : ''}${state.isCommandString ? 'c' : ''}`;
    case '_': return state.lastArgument;
    case 'RANDOM': return String(state.nextRandom());
    case 'SRANDOM': return String(Math.floor(state.random() * 4_294_967_296));
    case 'SECONDS': return String(Math.floor((state.now() - state.startedAt) / 1000));
    case 'EPOCHSECONDS': return String(Math.floor(state.now() / 1000));
    case 'EPOCHREALTIME': return (state.now() / 1000).toFixed(6);
    case 'LINENO': return String(state.line());
    case 'BASHPID': return String(state.ownProcessId);
    case 'BASH_SUBSHELL': return String(state.subshellDepth);
    case 'BASH_COMMAND': return state.currentCommand;
    case 'BASH': return '/bin/bash';
    case 'BASH_VERSION': return '5.2.15(1)-release';
    case 'HOSTTYPE': return 'x86_64';
    case 'OSTYPE': return 'linux-gnu';
    case 'MACHTYPE': return 'x86_64-pc-linux-gnu';
    case 'PPID': return '1';
    case 'UID':
    case 'EUID': return '1000';
    case 'SHELLOPTS': return SET_NAMES.filter(([, flag, fixed]) => (flag === undefined ? fixed : state.flags[flag])).map(([option]) => option).join(':');
    case 'BASHOPTS': return SHOPT_NAMES.filter(([, flag, fixed]) => (flag === undefined ? fixed : state.flags[flag])).map(([option]) => option).join(':');
  }
  return specialList(state, name)?.[0];
}

/** The lists among them. */
export function specialList(state: ShellState, name: string): string[] | undefined {
  switch (name) {
    case 'PIPESTATUS': return (state.pipeStatus ?? [state.simpleStatus]).map(String);
    case 'FUNCNAME': return state.callers().length === 0 ? undefined : [...state.callers().map((frame) => frame.name), ...(state.isCommandString ? [] : ['main'])];
    case 'BASH_SOURCE': return state.sources();
    case 'BASH_LINENO': return state.frames.length === 0 ? (state.isCommandString ? undefined : ['0']) : [...[...state.frames].reverse().map((frame) => String(frame.line)), ...(state.isCommandString ? [] : ['0'])];
    case 'DIRSTACK': return [state.cwd, ...state.directories];
    case 'GROUPS': return ['1000'];
    case 'BASH_VERSINFO': return ['5', '2', '15', '1', 'release', 'x86_64-pc-linux-gnu'];
  }
  return undefined;
}
