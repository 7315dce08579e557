import { getIronSession } from 'iron-session';
import { ironOptions, type IronContent } from '../../../iron.ts';

export async function GET(request: Request): Promise<Response> {
  const { user } = await getIronSession<IronContent>(request, new Response(), ironOptions);
  return user === undefined ? Response.json({}, { status: 401 }) : Response.json({ user });
}
