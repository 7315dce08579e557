import { editorSheet } from './editor-style.ts';
import { contextOf, openSettleDocument, type Choice, type SettleQuestion } from './settle-document.ts';
import { settleSheet } from './settle-style.ts';

/**
 * The view over the terminal's frame in which a conflict is settled: one column of parts, each open one with the three
 * versions beside each other (below each other on a phone), buttons to take one, and the text that will be
 * written, which can be typed in. In a shadow root, where its style sheets are adopted and need no nonce.
 * Rejected: three editors side by side, which no phone has room for and no screen reader makes sense of.
 */
export interface SettleViewOptions {
  /** Gets one child while the view is open. */
  frame: HTMLElement;
  question: SettleQuestion;
  /** Ends the view at once, without asking. */
  signal: { readonly aborted: boolean; addEventListener(type: 'abort', listener: () => void): void; removeEventListener(type: 'abort', listener: () => void): void };
}

const TAKE: Readonly<Record<Choice, string>> = { base: 'Take as it was', yours: 'Take the copy’s', theirs: 'Take the file’s', both: 'Take both' };

/** Resolves with the whole text, or undefined when the person leaves without saving. */
export async function settleView({ frame, question, signal }: SettleViewOptions): Promise<string | undefined> {
  if (signal.aborted) return undefined;
  const page = frame.ownerDocument;
  const document = openSettleDocument(question);
  const host = page.createElement('div');
  host.className = 'terminal-editor';
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [editorSheet(), settleSheet()];
  const element = <K extends keyof HTMLElementTagNameMap>(tag: K, className: string, text = ''): HTMLElementTagNameMap[K] => {
    const made = page.createElement(tag);
    made.className = className;
    made.textContent = text;
    return made;
  };
  const button = (label: string, run: () => void): HTMLButtonElement => {
    const made = element('button', 'choice', label);
    made.type = 'button';
    made.addEventListener('click', run);
    return made;
  };

  let close: (text: string | undefined) => void = () => undefined;
  const closed = new Promise<string | undefined>((resolve) => { close = resolve; });
  let isAsking = false;

  const bar = element('div', 'bar');
  bar.setAttribute('role', 'toolbar');
  bar.setAttribute('aria-label', 'Settle a conflict');
  const state = element('span', 'state');
  state.setAttribute('aria-live', 'polite');
  const choices = element('span', 'choices');
  bar.append(element('span', 'name', question.name), state, choices);

  const show = (): void => {
    isAsking = false;
    const left = document.open - document.answered;
    state.textContent = left === 0 ? 'everything is settled' : `${document.answered} of ${document.open} settled`;
    state.dataset['tone'] = 'plain';
    const save = button('Save', trySave);
    save.disabled = left > 0;
    choices.replaceChildren(save, button('Quit', quit));
  };
  const trySave = (): void => {
    const text = document.text();
    if (text !== undefined) close(text);
  };
  const quit = (): void => {
    if (document.answered === 0) return close(undefined);
    isAsking = true;
    state.textContent = 'Leave without saving?';
    state.dataset['tone'] = 'warn';
    choices.replaceChildren(button('Leave', () => close(undefined)), button('Stay', show));
    (choices.firstElementChild as HTMLElement).focus();
  };

  const body = element('div', 'body parts');
  for (const [index, part] of question.parts.entries()) {
    if (part.kind === 'settled') {
      const { before, left, after } = contextOf(part.text, index === 0, index === question.parts.length - 1);
      if (before !== '') body.append(element('pre', 'context', before));
      if (left > 0) body.append(element('p', 'left', `${left.toLocaleString('en')} lines that are settled`));
      if (after !== '') body.append(element('pre', 'context', after));
      continue;
    }
    const section = element('section', 'part');
    const title = `Part ${question.parts.slice(0, index + 1).filter(({ kind }) => kind === 'open').length} of ${document.open}`;
    section.setAttribute('aria-label', title);
    const result = element('textarea', 'result');
    const take = (choice: Choice): void => {
      document.choose(index, choice);
      result.value = document.answer(index) ?? '';
      resize();
      section.dataset['settled'] = 'true';
      show();
    };
    const resize = (): void => { result.rows = Math.min(20, Math.max(2, result.value.split('\n').length)); };
    result.addEventListener('input', () => {
      document.choose(index, { typed: result.value });
      resize();
      section.dataset['settled'] = 'true';
      show();
    });
    const versions = element('div', 'versions');
    const version = (label: string, text: string | undefined, choice: Choice): void => {
      if (text === undefined) return;
      const pane = element('div', `version ${choice}`);
      const content = element('pre', '', text === '' ? ' ' : text);
      if (text === '') content.setAttribute('aria-label', 'nothing');
      pane.append(element('h3', '', text === '' ? `${label}: nothing` : label), content, button(TAKE[choice], () => take(choice)));
      versions.append(pane);
    };
    version('As it was', part.base, 'base');
    version(`The copy, from ${question.device}`, part.yours, 'yours');
    version(`In ${question.name}`, part.theirs, 'theirs');
    const label = element('label', 'result-label', 'What will be written');
    result.id = `result-${index}`;
    label.htmlFor = result.id;
    result.spellcheck = false;
    result.placeholder = 'Take one of the versions, or type here';
    resize();
    section.append(element('h2', '', title), versions, button(TAKE.both, () => take('both')), label, result);
    body.append(section);
  }

  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey && event.key.toLowerCase() === 's') trySave();
    else if (event.ctrlKey && event.key.toLowerCase() === 'q') (isAsking ? show : quit)();
    else return;
    event.preventDefault();
  };
  const onAbort = (): void => close(undefined);
  const onUnload = (event: BeforeUnloadEvent): void => {
    if (document.answered > 0) event.preventDefault();
  };
  root.addEventListener('keydown', onKey as EventListener);
  page.defaultView?.addEventListener('beforeunload', onUnload);
  signal.addEventListener('abort', onAbort);
  root.append(bar, body);
  frame.append(host);
  show();
  ((root.querySelector('.part button') ?? root.querySelector('.bar button')) as HTMLElement | null)?.focus();

  const text = await closed;
  signal.removeEventListener('abort', onAbort);
  page.defaultView?.removeEventListener('beforeunload', onUnload);
  host.remove();
  return text;
}
