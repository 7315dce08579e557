'use client';

import { useEffect, useRef, useState } from 'react';
import { passkeySignIn, passkeySignInOptions, type SignInReply } from '@/lib/client/account.ts';
import { abortPasskey, autofillWorks, discoverPasskey, usePasskey as signWithPasskey } from '@/lib/client/passkey.ts';
import { failureInWords, type FormOutcome } from './form-outcome.ts';

interface PasskeySignInOptions {
  /** Whether the form with the address is shown, in which a browser can offer passkeys. */
  isOffered: boolean;
  /** Asked at the moment of signing in. */
  isRemembered(): boolean;
  /** The server's answer to a good signature. */
  onReply(reply: SignInReply): Promise<FormOutcome>;
}

export interface PasskeySignIn {
  isBusy: boolean;
  /** What to tell the person. */
  words: string;
  /** With an address, or without: then the browser asks which passkey. */
  start(email: string | undefined): Promise<void>;
}

const NOT_USED = 'No passkey was used. Try again, or sign in another way.';
/** A device does not tell "not wanted" from "not asked for": the server asks for nobody's passkey when it knows none. */
const FOUND_NOT_USED = 'The passkey was not used, or it no longer opens an account here. Try again, or sign in another way.';
const NOT_TAKEN = 'That passkey was not accepted here; sign in with your password or a code by mail.';
const ONCE_MORE = 'Found your passkey. Confirm once more to sign in with it.';

/**
 * Signing in with a passkey. Cognito wants a name before it gives a challenge, so without an address the passkey is
 * asked twice: first only whose it is, then for its signature. Meanwhile the browser may offer passkeys in the address
 * field; whoever types a password instead ends that offer.
 */
export function usePasskeySignIn({ isOffered, isRemembered, onReply }: PasskeySignInOptions): PasskeySignIn {
  const [isBusy, setBusy] = useState(false);
  const [words, setWords] = useState('');
  /** Grows when a pressed button came to nothing, so that the browser offers passkeys again. */
  const [round, setRound] = useState(0);
  const underWay = useRef(false);
  const latest = useRef({ isRemembered, onReply });
  useEffect(() => {
    latest.current = { isRemembered, onReply };
  });

  /** Answers what was said; nothing when the sign-in went on. */
  async function run(prove: () => Promise<string>): Promise<string> {
    if (underWay.current) return '';
    underWay.current = true;
    setBusy(true);
    setWords('');
    const sentence = await prove();
    underWay.current = false;
    setBusy(false);
    setWords(sentence);
    return sentence;
  }

  /** Answers what to say; nothing when the sign-in went on. */
  async function prove(who: { email: string } | { user: string }): Promise<string> {
    const asked = await passkeySignInOptions(who, latest.current.isRemembered());
    if (!asked.ok) return failureInWords(asked);
    const signed = await signWithPasskey(asked.data.publicKey);
    if (signed.kind === 'cancelled') return 'user' in who ? FOUND_NOT_USED : NOT_USED;
    if (signed.kind === 'failed') return signed.message;
    const reply = await passkeySignIn(signed.credential);
    if (!reply.ok) return reply.code === 'wrong-credentials' ? NOT_TAKEN : failureInWords(reply);
    const outcome = await latest.current.onReply(reply.data);
    return outcome.kind === 'refused' ? outcome.message : '';
  }

  async function proveFound(user: string): Promise<string> {
    setWords(ONCE_MORE);
    return prove({ user });
  }

  useEffect(() => {
    if (!isOffered) return;
    let isGone = false;
    void autofillWorks().then(async (works) => {
      if (!works || isGone || underWay.current) return;
      const found = await discoverPasskey({ autofill: true });
      // Not offered again when this fails: what answers by itself (a key that is held, a test's) would go round for ever.
      if (!isGone && found.kind === 'found') await run(() => proveFound(found.user));
    });
    return () => {
      isGone = true;
      if (!underWay.current) abortPasskey();
    };
    // `run` and `proveFound` read what changes through refs.
  }, [isOffered, round]);

  async function start(email: string | undefined): Promise<void> {
    const said = await run(async () => {
      if (email !== undefined) return prove({ email });
      const found = await discoverPasskey();
      if (found.kind === 'cancelled') return NOT_USED;
      return found.kind === 'failed' ? found.message : proveFound(found.user);
    });
    if (said !== '') setRound((before) => before + 1);
  }

  return { isBusy, words, start };
}
