/** One secret for all three; a bench has nothing to hide. */
export const SECRET = 'a-secret-of-the-bench-that-is-long-enough-for-all';
export const PERSON = { email: 'ada@example.com', password: 'Correct-horse-9', name: 'Ada' };
