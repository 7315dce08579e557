import { attributeList, type User } from './users.ts';

/**
 * `UserType`: dates in this protocol are seconds since 1970.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserType.html
 */
export function describeUser(user: User) {
  return {
    Username: user.sub,
    Attributes: attributeList(user),
    UserCreateDate: user.createdAt / 1000,
    UserLastModifiedDate: user.modifiedAt / 1000,
    Enabled: user.enabled,
    UserStatus: user.status,
  };
}
