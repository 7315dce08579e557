import type { ColourSpan, LineColour } from './line-view.ts';

/** Colours of the theme by number, so that every theme keeps its own contrast; underline and inverse need no colour at all. */
const SGR: Readonly<Record<LineColour, string>> = {
  command: '32', unknown: '31', keyword: '35', string: '33', variable: '36', option: '94', comment: '90', operator: '35', plain: '',
  error: '31;4', pasted: '7',
};

/** Of a suggestion. */
export const GREY = '\x1b[90m';

/** The SGR sequence of a stretch; empty for plain text. */
export function spanStyle({ colour, isPath = false }: ColourSpan): string {
  const codes = [SGR[colour], isPath ? '4' : ''].filter((code) => code !== '').join(';');
  return codes === '' ? '' : `\x1b[${codes}m`;
}
