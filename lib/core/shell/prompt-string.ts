import { HOME } from '../fs/places.ts';
import type { Interpreter } from './interpreter.ts';
import { byteText } from './text.ts';
import { formatDate } from './tools/format-date.ts';

/** A prompt with colours only: a title, a cursor movement or a bell would put the line that is typed out of place. */
export function keepColours(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b\[[0-9;:]*m|\x1b(?:\[[0-?]*[ -/]*[@-~]?|[ -/]*[0-~]?)|[\x00-\x09\x0b-\x1a\x1c-\x1f\x7f-\x9f]/g, (found) => (/^\x1b\[[0-9;:]*m$/.test(found) ? found : ''));
}

/** The backslashes of a prompt (bash manual, "Controlling the Prompt"); `$` expansions are left to whoever calls. */
export function decodePrompt(shell: Interpreter, template: string, historyNumber: number): string {
  const { state, run } = shell;
  const host = state.get('HOSTNAME') ?? 'selkie';
  const time = (format: string): string => formatDate(format, run.now(), state.get('TZ'));
  // What comes from a name must not be expanded once more.
  const literal = (text: string): string => text.replace(/[$`\\]/g, '\\$&');
  return template.replace(/\\(?:D\{([^}]*)\}|([0-7]{1,3})|([\s\S]))/g, (whole, format: string | undefined, octal: string | undefined, letter: string | undefined) => {
    if (format !== undefined) return literal(time(format === '' ? '%X' : format));
    if (octal !== undefined) return literal(byteText(Number.parseInt(octal, 8) & 0xff));
    switch (letter) {
      case 'a': return '\x07';
      case 'd': return time('%a %b %e');
      case 'e': return '\x1b';
      case 'h': return literal(host.split('.')[0] as string);
      case 'H': return literal(host);
      case 'j': return String(shell.jobs.size);
      case 'l': return 'tty';
      case 'n': return '\n';
      case 'r': return '\r';
      case 's': return literal(state.scriptName.slice(state.scriptName.lastIndexOf('/') + 1));
      case 't': return time('%H:%M:%S');
      case 'T': return time('%I:%M:%S');
      case '@': return time('%I:%M %p');
      case 'A': return time('%H:%M');
      case 'u': return literal(state.get('USER') ?? 'me');
      case 'v': return '5.2';
      case 'V': return '5.2.15';
      case 'w': return literal(shortened(shell));
      case 'W': {
        const path = shortened(shell);
        return literal(path === '/' || path === '~' ? path : path.slice(path.lastIndexOf('/') + 1));
      }
      case '!':
      case '#': return String(historyNumber);
      case '$': return '\\$';
      case '\\': return '\\\\';
      // Where the width is counted, escape sequences count as nothing by themselves.
      case '[':
      case ']': return '';
      default: return literal(whole);
    }
  });
}

/** The directory with `~` for home, and of a long one the last `$PROMPT_DIRTRIM` names. */
function shortened(shell: Interpreter): string {
  const { state } = shell;
  const home = state.get('HOME') ?? HOME;
  const path = home !== '/' && (state.cwd === home || state.cwd.startsWith(`${home}/`)) ? `~${state.cwd.slice(home.length)}` : state.cwd;
  const count = Number(state.get('PROMPT_DIRTRIM') ?? '0');
  const names = path.split('/');
  const first = names[0] as string;
  const rest = names.slice(1);
  return Number.isInteger(count) && count > 0 && rest.length > count ? `${first}${first === '' ? '' : '/'}.../${rest.slice(-count).join('/')}` : path;
}
