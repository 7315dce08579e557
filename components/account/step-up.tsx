'use client';

import { createContext, type ReactNode, useCallback, useRef, useState } from 'react';
import { StepUpDialog } from './step-up-dialog.tsx';

/** Asks the person for a fresh proof; true once the server took one, false when they closed the question. */
export type AskProof = () => Promise<boolean>;

export const StepUpContext = createContext<AskProof>(() => Promise.resolve(false));

/** Lets everything inside ask for a fresh proof (`useAct`). One question at a time, whoever asks. */
export function StepUp({ email, children }: { email: string; children: ReactNode }) {
  const [isAsking, setAsking] = useState(false);
  const waiting = useRef<((isProved: boolean) => void)[]>([]);

  const ask = useCallback<AskProof>(() => {
    setAsking(true);
    return new Promise((resolve) => waiting.current.push(resolve));
  }, []);

  const answer = useCallback((isProved: boolean) => {
    setAsking(false);
    const all = waiting.current;
    waiting.current = [];
    for (const resolve of all) resolve(isProved);
  }, []);

  return (
    <StepUpContext.Provider value={ask}>
      {children}
      {isAsking ? <StepUpDialog email={email} onAnswer={answer} /> : null}
    </StepUpContext.Provider>
  );
}
