import 'server-only';
import * as limits from '../../core/limits.ts';
import { listPeople, type PersonCursor } from '../../core/session/scripts/list-people.ts';
import type { SessionFacts } from '../../core/session/session-record.ts';
import { redis } from '../redis.ts';

/** A page of people with live sessions; a rare match in a large crowd may take several pages with nobody on them. */
export async function findPeople(search: string, cursor: PersonCursor | undefined): Promise<{ people: SessionFacts[][]; next?: PersonCursor }> {
  const people: SessionFacts[][] = [];
  let next = cursor;
  for (let scans = 0; scans < limits.adminScansMax; scans += 1) {
    const page = await listPeople(redis(), { search, cursor: next, most: limits.adminPagePeople - people.length });
    people.push(...page.people);
    if (page.next === undefined) return { people };
    next = page.next;
    if (people.length >= limits.adminPagePeople) break;
  }
  return { people, ...(next !== undefined && { next }) };
}

export function writeCursor({ score, userId }: PersonCursor): string {
  return `${score}.${userId}`;
}

/** Undefined for anything that `writeCursor` does not write. */
export function parseCursor(text: string): PersonCursor | undefined {
  const [, score, userId] = /^(\d{1,16})\.([\w-]{1,128})$/.exec(text) ?? [];
  return score === undefined || userId === undefined ? undefined : { score, userId };
}
