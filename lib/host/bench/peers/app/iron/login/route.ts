import { getIronSession } from 'iron-session';
import { ironOptions, type IronContent } from '../../../iron.ts';
import { PERSON } from '../../../settings.ts';

export async function POST(request: Request): Promise<Response> {
  const response = Response.json({ status: 'signed-in' });
  const session = await getIronSession<IronContent>(request, response, ironOptions);
  session.user = { id: '1', email: PERSON.email };
  await session.save();
  return response;
}
