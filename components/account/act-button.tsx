'use client';

import type { ReactNode } from 'react';
import { useIsInteractive } from './use-is-interactive.ts';

interface ActButtonProps {
  /** Its own name among the acts of the section. */
  name: string;
  busyWith: string | undefined;
  busyLabel: string;
  isMain?: boolean;
  onPress(): void;
  children: ReactNode;
}

/** A button that stays in the tab order while something is under way, marked as busy; what it does then is nothing. */
export function ActButton({ name, busyWith, busyLabel, isMain = false, onPress, children }: ActButtonProps) {
  const isInteractive = useIsInteractive();
  return (
    <button
      type="button"
      className={isMain ? 'button' : 'button quiet'}
      disabled={!isInteractive}
      aria-disabled={busyWith !== undefined}
      onClick={() => {
        if (busyWith === undefined) onPress();
      }}
    >
      {busyWith === name ? busyLabel : children}
    </button>
  );
}
