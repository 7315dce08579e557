/** Whether the screen may hold a secret after this line: `mfa`, in whatever it is wrapped, shows some; `clear` takes all away. */
export const showsSecrets = (line: string, didBefore: boolean): boolean => /\bmfa\b/.test(line) || (didBefore && line.trim() !== 'clear');
