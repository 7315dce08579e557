import NextAuth from 'next-auth';
import { nextAuthOptions } from '../../../../next-auth.ts';

const handler = NextAuth(nextAuthOptions) as (request: Request, context: unknown) => Promise<Response>;
export { handler as GET, handler as POST };
