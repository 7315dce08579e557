import { headers } from 'next/headers';
import { better } from '../../../better.ts';

export async function GET(): Promise<Response> {
  const session = await better.api.getSession({ headers: await headers() });
  return session === null ? Response.json({}, { status: 401 }) : Response.json({ user: session.user.email });
}
