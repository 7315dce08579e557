'use client';

import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { Field } from './field.ts';
import { FormField } from './form-field.tsx';
import type { FormOutcome } from './form-outcome.ts';
import { useIsInteractive } from './use-is-interactive.ts';
import styles from './account.module.css';

/**
 * The one form of the account pages: a real `<form method="post">` with labels, so that password managers see what
 * they know. Inputs are not controlled by React: what a manager fills in, or a person types before the script has
 * arrived, is kept. Mistakes come as a list that takes the focus (each line leads to its field) and again at the field.
 *
 * The button is really disabled until the script runs, since the API takes JSON only and the browser's own way of
 * sending would end nowhere (as POST, never with a password in the address). While a request is under way the button
 * stays in the tab order, marked as busy, and a second press does nothing.
 */
interface AccountFormProps {
  fields: readonly Field[];
  submitLabel: string;
  /** In place of the label while under way, e.g. `Signing in…`. */
  busyLabel: string;
  /** Gets the fields' values as typed, and the names of the ticked boxes among `children`. Never rejects. */
  submit(values: Readonly<Record<string, string>>): Promise<FormOutcome>;
  /** Whose password is asked, where the form does not ask for the address itself. */
  userName?: string;
  /** Between the fields and the button: a tick box. */
  children?: ReactNode;
  /** For what can't be taken back. */
  isDanger?: boolean;
  /** Beside the button: a way out. */
  beside?: ReactNode;
  /** The form takes the place of what was pressed: the first field gets the focus. */
  takesFocus?: boolean;
}

interface Problem {
  field: string | undefined;
  message: string;
}

export function AccountForm({ fields, submitLabel, busyLabel, submit, userName, children, isDanger = false, beside, takesFocus = false }: AccountFormProps) {
  const isInteractive = useIsInteractive();
  const [isBusy, setBusy] = useState(false);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [done, setDone] = useState('');
  const form = useRef<HTMLFormElement>(null);
  const summary = useRef<HTMLDivElement>(null);
  const underWay = useRef(false);

  useEffect(() => {
    if (problems.length > 0) summary.current?.focus();
  }, [problems]);

  useEffect(() => {
    // Back to a page that the browser had frozen in the middle of leaving: it must be usable, and hold no password.
    const thaw = (event: PageTransitionEvent) => {
      if (!event.persisted) return;
      underWay.current = false;
      setBusy(false);
      form.current?.reset();
    };
    addEventListener('pageshow', thaw);
    return () => removeEventListener('pageshow', thaw);
  }, []);

  const first = fields[0]?.name;
  useEffect(() => {
    if (takesFocus && first !== undefined) document.getElementById(first)?.focus();
  }, [takesFocus, first]);

  async function send(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    if (underWay.current) return;
    const values = valuesOf(event.currentTarget);
    const mistakes = fields.flatMap(({ name, check }): Problem[] => {
      const message = check(values[name] ?? '');
      return message === undefined ? [] : [{ field: name, message }];
    });
    setDone('');
    setProblems(mistakes);
    if (mistakes.length > 0) return;

    underWay.current = true;
    setBusy(true);
    const outcome = await submit(values);
    if (outcome.kind === 'leaving') return;
    underWay.current = false;
    setBusy(false);
    if (outcome.kind === 'refused') {
      setProblems([{ field: outcome.field, message: outcome.message }]);
      return;
    }
    setDone(outcome.message);
    form.current?.reset();
  }

  return (
    <form ref={form} method="post" noValidate className={styles.form} onSubmit={(event) => void send(event)}>
      {problems.length > 0 ? (
        <div ref={summary} role="alert" tabIndex={-1} className={styles.problems}>
          <ul>
            {problems.map(({ field, message }) => (
              <li key={field ?? 'form'}>{field === undefined ? message : <a href={`#${field}`} onClick={focusField}>{message}</a>}</li>
            ))}
          </ul>
        </div>
      ) : null}
      <div role="status" className={done === '' ? undefined : styles.done}>
        {done}
      </div>
      {userName === undefined ? null : (
        // Tells a password manager whose password this is (https://www.chromium.org/developers/design-documents/create-amazing-password-forms).
        <input type="email" name="username" autoComplete="username" defaultValue={userName} readOnly hidden />
      )}
      {fields.map((field) => (
        <FormField key={field.name} field={field} problem={problems.find((problem) => problem.field === field.name)?.message} isBusy={isBusy} />
      ))}
      {children}
      <div className="buttons">
        <button type="submit" className={`button ${styles.submit} ${isDanger ? styles.danger : ''}`} disabled={!isInteractive} aria-disabled={isBusy}>
          {isBusy ? busyLabel : submitLabel}
        </button>
        {beside}
        <span role="status" className="visually-hidden">
          {isBusy ? busyLabel : ''}
        </span>
      </div>
    </form>
  );
}

/** The address bar stays as it is: a fragment would be one more step for the Back button. */
function focusField(event: { preventDefault(): void; currentTarget: HTMLAnchorElement }): void {
  event.preventDefault();
  document.getElementById(event.currentTarget.hash.slice(1))?.focus();
}

function valuesOf(form: HTMLFormElement): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') values[name] = value;
  return values;
}
