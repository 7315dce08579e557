import type { NextAuthOptions } from 'next-auth';
import Credentials from 'next-auth/providers/credentials';
import { PERSON, SECRET } from './settings.ts';

/** https://next-auth.js.org/configuration/options and https://next-auth.js.org/providers/credentials */
export const nextAuthOptions: NextAuthOptions = {
  secret: SECRET,
  session: { strategy: 'jwt' },
  providers: [
    Credentials({
      credentials: { email: {}, password: {} },
      authorize: (given) => (given?.email === PERSON.email && given.password === PERSON.password ? { id: '1', email: PERSON.email } : null),
    }),
  ],
};
