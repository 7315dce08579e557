import { getSessionCookie } from 'better-auth/cookies';
import { unsealData } from 'iron-session';
import { getToken } from 'next-auth/jwt';
import { NextResponse, type NextRequest } from 'next/server';
import { ironOptions, type IronContent } from './iron.ts';
import { SECRET } from './settings.ts';

/** Each peer's first door, as its documentation recommends one; better-auth looks at the cookie only ("optimistic"). */
export async function middleware(request: NextRequest): Promise<NextResponse> {
  const { pathname } = request.nextUrl;
  if (pathname.startsWith('/iron')) {
    const { user } = await unsealData<IronContent>(request.cookies.get('iron')?.value ?? '', { password: ironOptions.password });
    if (user === undefined) return refuse();
  } else if (pathname.startsWith('/next-auth')) {
    if ((await getToken({ req: request, secret: SECRET })) === null) return refuse();
  } else if (getSessionCookie(request) === null) return refuse();
  return NextResponse.next();
}

function refuse(): NextResponse {
  return NextResponse.json({ error: 'not signed in' }, { status: 401 });
}

export const config = { matcher: ['/iron/me', '/next-auth/me', '/better/me'] };
