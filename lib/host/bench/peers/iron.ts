import type { SessionOptions } from 'iron-session';
import { SECRET } from './settings.ts';

/** https://github.com/vvo/iron-session#usage */
export const ironOptions: SessionOptions = { password: SECRET, cookieName: 'iron', cookieOptions: { secure: false } };

export interface IronContent {
  user?: { id: string; email: string };
}
