'use client';

import { useContext, useRef, useState } from 'react';
import type { AccountReply } from '@/lib/client/account.ts';
import { failureInWords } from './form-outcome.ts';
import { StepUpContext } from './step-up.tsx';
import { runWithStepUp, type SteppedReply } from './step-up-runner.ts';
import { toSignIn } from './leave-page.ts';

export interface Said {
  words: string;
  isGood: boolean;
}

export interface Act {
  /** Which act is under way, by the name it was given. */
  busyWith: string | undefined;
  /** What came of the last one; shown by `<Said>`. */
  said: Said;
  say(words: string, isGood?: boolean): void;
  /**
   * Does one thing at a time, after a fresh proof where the server wants one. Answers its data, or undefined after
   * having said why not. The page is left when the session has ended.
   */
  act<T>(name: string, run: () => Promise<AccountReply<T>>, done?: string): Promise<{ data: T } | undefined>;
  /** The same for a form, which shows its refusals at its own fields. */
  prove<T>(run: () => Promise<AccountReply<T>>): Promise<SteppedReply<T>>;
}

const NOTHING: Said = { words: '', isGood: true };

/** The acts of one section of an account page. */
export function useAct(): Act {
  const askProof = useContext(StepUpContext);
  const [busyWith, setBusyWith] = useState<string>();
  const [said, setSaid] = useState(NOTHING);
  const underWay = useRef(false);
  const say = (words: string, isGood = false) => setSaid({ words, isGood });
  const prove = <T,>(run: () => Promise<AccountReply<T>>) => runWithStepUp(run, askProof);

  async function act<T>(name: string, run: () => Promise<AccountReply<T>>, done = ''): Promise<{ data: T } | undefined> {
    if (underWay.current) return undefined;
    underWay.current = true;
    setBusyWith(name);
    setSaid(NOTHING);
    const reply = await prove(run);
    underWay.current = false;
    setBusyWith(undefined);
    if (reply.ok) {
      say(done, true);
      return { data: reply.data };
    }
    if (reply.code === 'not-signed-in') toSignIn();
    else say(reply.code === 'cancelled' ? reply.message : failureInWords(reply));
    return undefined;
  }

  return { busyWith, said, say, act, prove };
}
