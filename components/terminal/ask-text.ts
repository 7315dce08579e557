/** Asks for one line in a small dialog; undefined when the person leaves it. */
export async function askText(root: HTMLElement, question: string, initial: string): Promise<string | undefined> {
  const { ownerDocument: document } = root;
  const dialog = document.createElement('dialog');
  dialog.className = 'terminal-chooser';
  dialog.setAttribute('aria-label', question);
  const form = document.createElement('form');
  form.method = 'dialog';
  const input = document.createElement('input');
  input.className = 'terminal-chooser-input';
  input.type = 'text';
  input.maxLength = 60;
  input.value = initial;
  input.autocomplete = 'off';
  input.setAttribute('aria-label', question);
  const note = document.createElement('p');
  note.className = 'terminal-chooser-note';
  note.textContent = `${question} · Enter keeps it · Esc leaves`;
  form.append(input, note);
  dialog.append(form);
  root.append(dialog);
  const closed = new Promise<void>((resolve) => dialog.addEventListener('close', () => resolve(), { once: true }));
  let answer: string | undefined;
  form.addEventListener('submit', () => { answer = input.value; });
  dialog.showModal();
  input.select();
  await closed;
  dialog.remove();
  return answer;
}
