import { selfServiceScope } from '../tokens.ts';

/** What the app clients may ask for; asked for nothing, they get all of it ("The redirect and authorization endpoint"). */
export const clientScopes: readonly string[] = ['openid', 'email', 'profile', selfServiceScope];
