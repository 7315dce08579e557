import * as limits from '../../core/limits.ts';
import type { Pool } from './pool.ts';
import { ServiceError } from './service-error.ts';
import type { Group, State } from './state.ts';
import type { User } from './users.ts';

/** The groups of the pool: "Adding groups to a user pool" in the developer guide. Who is in one is kept with the person. */
export interface Groups {
  list(): readonly Group[];
  /** Throws ResourceNotFoundException. */
  require(name: string): Group;
  /** Throws GroupExistsException, or LimitExceededException past Cognito's quota. */
  add(group: Omit<Group, 'createdAt'>): Group;
  /** Takes everybody out of it too. Throws ResourceNotFoundException. */
  remove(name: string): void;
}

export function createGroups(state: State, now: () => number): Groups {
  const require = (name: string): Group => {
    const group = state.groups.find((candidate) => candidate.name === name);
    if (group === undefined) throw new ServiceError('ResourceNotFoundException', 'Group not found.');
    return group;
  };
  return {
    list: () => state.groups,
    require,
    add(fields) {
      if (state.groups.some(({ name }) => name === fields.name)) {
        throw new ServiceError('GroupExistsException', 'A group with the name already exists.');
      }
      if (state.groups.length >= limits.cognitoGroupsMax) {
        throw new ServiceError('LimitExceededException', `A user pool can have at most ${limits.cognitoGroupsMax} groups.`);
      }
      const group = { ...fields, createdAt: now() };
      state.groups.push(group);
      return group;
    },
    remove(name) {
      const group = require(name);
      state.groups.splice(state.groups.indexOf(group), 1);
      for (const user of state.users) user.groups = user.groups.filter((candidate) => candidate !== name);
    },
  };
}

/** Nothing happens when the person is in it already. Throws LimitExceededException past Cognito's quota. */
export function joinGroup(user: User, group: Group): void {
  if (user.groups.includes(group.name)) return;
  if (user.groups.length >= limits.cognitoGroupsPerUserMax) {
    throw new ServiceError('LimitExceededException', `A user can be in at most ${limits.cognitoGroupsPerUserMax} groups.`);
  }
  user.groups.push(group.name);
}

/** `GroupType`. https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GroupType.html */
export function describeGroup(pool: Pool, group: Group) {
  return {
    GroupName: group.name,
    UserPoolId: pool.config.userPoolId,
    ...(group.description === undefined ? {} : { Description: group.description }),
    ...(group.precedence === undefined ? {} : { Precedence: group.precedence }),
    CreationDate: group.createdAt / 1000,
    LastModifiedDate: group.createdAt / 1000,
  };
}
