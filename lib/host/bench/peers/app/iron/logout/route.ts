import { getIronSession } from 'iron-session';
import { ironOptions, type IronContent } from '../../../iron.ts';

export async function POST(request: Request): Promise<Response> {
  const response = Response.json({ status: 'signed-out' });
  (await getIronSession<IronContent>(request, response, ironOptions)).destroy();
  return response;
}
