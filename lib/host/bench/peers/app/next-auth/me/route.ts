import { getServerSession } from 'next-auth';
import { nextAuthOptions } from '../../../next-auth.ts';

export async function GET(): Promise<Response> {
  const session = await getServerSession(nextAuthOptions);
  return session === null ? Response.json({}, { status: 401 }) : Response.json({ user: session.user });
}
