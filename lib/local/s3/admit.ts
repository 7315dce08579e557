import { authorize, type Rights } from './authorize.ts';
import { authorizeOther, otherOperationOf } from './other-operations.ts';
import { type PostForm, POST_OBJECT } from './post-form.ts';
import { likelyOperation, type Operation, operationOf, parseTarget, type Target } from './route.ts';
import { S3Error } from './s3-error.ts';
import { parseQuery, type Query } from './uri.ts';

/** A request as far as its address and headers say what it wants. */
export interface Wish {
  method: string;
  /** As sent. */
  path: string;
  query: string;
  headers: Readonly<Record<string, string>>;
}

export interface Admitted extends Target {
  operation: Operation;
  query: Query;
}

/**
 * What a request wants and whether its sender may, before anything is looked at in the bucket.
 * @throws S3Error for an address that is none; `AccessDenied`; `NotImplemented` for what the policies allow and is not done here.
 */
export function admit(rights: Rights, { method, path, query: sent, headers }: Wish, form?: PostForm): Admitted {
  const target = parseTarget(path);
  const query = parseQuery(sent);
  const operation = form === undefined ? operationOf(method, target, query, headers) : null;
  if (operation !== null) {
    authorize(rights, operation, { ...target, query, headers });
    return { ...target, operation, query };
  }
  const other = form === undefined ? otherOperationOf(method, target, query) : POST_OBJECT;
  if (other !== null) authorizeOther(rights, other, { ...target, query, headers, ...(form !== undefined && { key: form.key }) });
  else {
    const likely = likelyOperation(method, target, query, headers);
    if (likely !== null) authorize(rights, likely, { ...target, query, headers });
  }
  throw new S3Error('NotImplemented', 'A header you provided implies functionality that is not implemented');
}
