import * as v from 'valibot';
import type { Pool } from './pool.ts';
import { ServiceError, refuse } from './service-error.ts';

/** One Cognito operation. Each is one file in `operations/`, listed in `operations.ts`. */
export interface Operation {
  /** As in `X-Amz-Target: AWSCognitoIdentityProviderService.<name>`. */
  name: string;
  /** `signed`: AWS evaluates IAM for it, so the request must carry a valid Signature Version 4. */
  authorization: 'public' | 'signed';
  /** Parses the decoded body and answers, or throws a `ServiceError`. */
  call(body: unknown, pool: Pool): Promise<object>;
}

export function operation<Schema extends v.GenericSchema>(definition: {
  name: string;
  authorization: Operation['authorization'];
  input: Schema;
  run: (input: v.InferOutput<Schema>, pool: Pool) => Promise<object>;
}): Operation {
  return {
    name: definition.name,
    authorization: definition.authorization,
    call: async (body, pool) => definition.run(parseInput(definition.input, body), pool),
  };
}

/**
 * Unknown members are dropped, as AWS does. A member of the wrong JSON type is a SerializationException; a
 * missing or out-of-bounds one an InvalidParameterException.
 */
function parseInput<Schema extends v.GenericSchema>(schema: Schema, body: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, withoutNulls(body), { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const path = v.getDotPath(issue) ?? '';
  const member = path.charAt(0).toLowerCase() + path.slice(1);
  if (issue.kind !== 'schema') {
    throw refuse.invalid(`1 validation error detected: Value at '${member}' failed to satisfy constraint: ${issue.message}`);
  }
  if (issue.input === undefined) {
    throw refuse.invalid(`1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`);
  }
  if (issue.type === 'picklist') {
    throw refuse.invalid(`1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must satisfy enum value set: ${issue.expected}`);
  }
  throw new ServiceError('SerializationException', `The value at '${member}' has the wrong JSON type: expected ${issue.expected}.`);
}

/** To the protocol a null member is an absent one. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== null).map(([name, member]) => [name, withoutNulls(member)]),
  );
}
