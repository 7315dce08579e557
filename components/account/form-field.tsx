'use client';

import { useState } from 'react';
import type { Field } from './field.ts';
import styles from './account.module.css';

const inputOf = {
  email: { type: 'email', inputMode: 'email' },
  password: { type: 'password', inputMode: 'text' },
  code: { type: 'text', inputMode: 'numeric' },
  recovery: { type: 'text', inputMode: 'text' },
  text: { type: 'text', inputMode: 'text' },
} as const;

/** A label, its hint and problem (both read out with the field), the input and, for a password, a button that shows it. */
export function FormField({ field, problem, isBusy }: { field: Field; problem: string | undefined; isBusy: boolean }) {
  const [isShown, setShown] = useState(false);
  const { name, label, kind, autoComplete, hint, initial } = field;
  const isPassword = kind === 'password';
  const describedBy = [hint === undefined ? [] : `${name}-hint`, problem === undefined ? [] : `${name}-problem`].flat().join(' ');
  return (
    <div className={styles.field}>
      <label htmlFor={name}>{label}</label>
      {hint === undefined ? null : (
        <p id={`${name}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      {problem === undefined ? null : (
        <p id={`${name}-problem`} className={styles.problem}>
          {problem}
        </p>
      )}
      <div className={styles.control}>
        <input
          id={name}
          name={name}
          type={isPassword && isShown ? 'text' : inputOf[kind].type}
          inputMode={inputOf[kind].inputMode}
          autoComplete={autoComplete}
          autoCapitalize={kind === 'text' ? 'sentences' : kind === 'recovery' ? 'characters' : 'none'}
          autoCorrect="off"
          spellCheck={false}
          defaultValue={initial}
          required
          readOnly={isBusy}
          aria-invalid={problem === undefined ? undefined : true}
          aria-describedby={describedBy === '' ? undefined : describedBy}
          className={kind === 'code' || kind === 'recovery' ? styles.code : undefined}
        />
        {isPassword ? (
          <button type="button" className={styles.show} aria-pressed={isShown} aria-controls={name} onClick={() => setShown(!isShown)}>
            {isShown ? 'Hide' : 'Show'}
            <span className="visually-hidden"> {label.toLowerCase()}</span>
          </button>
        ) : null}
      </div>
    </div>
  );
}
