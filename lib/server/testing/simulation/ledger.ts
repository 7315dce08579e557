import { sha256 } from '../../../core/session/crypto-port.ts';
import type { KeyRing } from '../../../core/session/key-ring.ts';
import * as limits from '../../../core/limits.ts';
import { openVault } from '../../../core/session/token-vault.ts';
import { sessionTokens, type SessionTokens } from '../../session/tokens.ts';
import type { Family, RotatingCognito } from './rotating-cognito.ts';
import { isLive, type Snapshot } from './snapshot.ts';
import { Violation } from './violation.ts';

/** What somebody is about; it says which changes to Redis are theirs to make. */
export type Errand = 'visit' | 'step-up' | 'password' | 'sign-in' | 'sign-out' | 'revoke-one' | 'revoke-all';

/** One request under way in one app process. */
export interface Actor {
  name: string;
  errand: Errand;
  user: string;
  /** H of the cookie's secret id. */
  cookieHash: string | undefined;
  /** Public id of the session that the app found. */
  sessionId: string | undefined;
  /** Public id that is to be revoked. */
  target: string | undefined;
  /** H of the session that a change of password is to keep. */
  keeps: string | undefined;
  /** Secrets drawn so far, the newest last. */
  drawn: string[];
  /** Families that Cognito called dead to this actor's face. */
  heardDead: Set<Family>;
  /** Families whose newest token is in this actor's hands and nowhere else yet. */
  holds: Set<Family>;
  /** The refresh token that Cognito has just answered with; the next call to Redis is to keep it. */
  brought: string | undefined;
  /** Time passed in the middle of it: its lock is gone, and it does not know. */
  wasPaused: boolean;
  isOver: boolean;
}

export interface Entry {
  id: string;
  user: string;
  hash: string;
  generation: number;
  dataKey: string;
  envelope: string;
  tokens: SessionTokens;
  family: Family;
  /** Why it ended; undefined while it lives. */
  ended: string | undefined;
}

/**
 * The book of every session that ever was, kept from the outside: after each call to Redis what changed is
 * compared with what that actor was about. It knows no script; a change that nobody had a reason for is a violation.
 */
export class Ledger {
  readonly entries = new Map<string, Entry>();

  constructor(private readonly ring: KeyRing, private readonly cognito: RotatingCognito) {}

  /** `actor` undefined: time passed. */
  async observe(before: Snapshot, after: Snapshot, actor: Actor | undefined): Promise<void> {
    this.noOrphans(after);
    const live = new Set<string>();
    for (const [hash, record] of after.records) {
      if (!isLive(after, hash)) continue;
      if (live.has(record.id)) throw new Violation(`session ${record.id} lives under two ids`);
      live.add(record.id);
      const entry = this.entries.get(record.id);
      if (entry === undefined) await this.born(after, hash, actor);
      else if (entry.ended !== undefined) throw new Violation(`${nameOf(actor)} brought back a session that had ended: ${entry.ended}`);
      else await this.changed(after, entry, hash, record.generation, actor);
    }
    for (const entry of this.entries.values()) {
      if (entry.ended !== undefined || live.has(entry.id)) continue;
      const reason = this.reasonToEnd(before, after, entry, actor);
      if (reason === undefined) throw new Violation(`${nameOf(actor)} ended a live session without a reason`);
      entry.ended = reason;
    }
    this.tokensAreNewest();
  }

  /** What the cookie with this H stands for: the session it leads to, and whether an aged tombstone lies on the way. */
  lead(shot: Snapshot, cookieHash: string | undefined): { hash: string | undefined; isStolen: boolean } {
    let hash = cookieHash;
    let isStolen = false;
    while (hash !== undefined && !shot.records.has(hash)) {
      const tombstone = shot.tombstones.get(hash);
      if (tombstone === undefined || tombstone.next === '') return { hash: undefined, isStolen };
      if (shot.nowMs - tombstone.atMs >= limits.sessionGraceMs) isStolen = true;
      hash = tombstone.next;
    }
    return { hash, isStolen };
  }

  byHash(hash: string | undefined): Entry | undefined {
    return [...this.entries.values()].find((entry) => entry.hash === hash && entry.ended === undefined);
  }

  /** A used-up token in the vault is a session that dies within the hour; only somebody on the way may hold the new one. */
  tokensAreNewest(): void {
    for (const { ended, family, tokens, id } of this.entries.values()) {
      if (ended !== undefined || family.isRevoked || family.isDead || family.mayRepeat) continue;
      if (tokens.refreshToken !== family.current && family.inFlight === 0 && !this.held.has(family)) {
        throw new Violation(`session ${id} keeps ${tokens.refreshToken}, but Cognito has gone on to ${family.current}`);
      }
    }
  }

  /** Families that some actor holds the newest token of. */
  held = new Set<Family>();

  private noOrphans(shot: Snapshot): void {
    for (const [kind, map] of [['t', shot.envelopes], ['l', shot.locks]] as const) {
      for (const hash of map.keys()) if (!shot.records.has(hash)) throw new Violation(`${kind}:${hash} is there without its session`);
    }
    for (const [hash, record] of shot.records) {
      if (record.id === '' || !shot.envelopes.has(hash)) throw new Violation(`s:${hash} is there without ${record.id === '' ? 'its facts' : 'its tokens'}`);
    }
  }

  private async born(shot: Snapshot, hash: string, actor: Actor | undefined): Promise<void> {
    const record = shot.records.get(hash)!;
    if (actor?.errand !== 'sign-in' || actor.user !== record.user) throw new Violation(`${nameOf(actor)} made a session`);
    const { dataKey, tokens } = await this.openAny(shot, hash, actor.drawn);
    this.entries.set(record.id, { id: record.id, user: record.user, hash, generation: record.generation, dataKey, envelope: shot.envelopes.get(hash)!, tokens, family: this.familyOf(tokens), ended: undefined });
  }

  private async changed(shot: Snapshot, entry: Entry, hash: string, generation: number, actor: Actor | undefined): Promise<void> {
    const envelope = shot.envelopes.get(hash)!;
    if (hash !== entry.hash) {
      if (actor?.sessionId !== entry.id || (actor.errand !== 'step-up' && actor.errand !== 'password')) throw new Violation(`${nameOf(actor)} gave a session a new id`);
      if (shot.tombstones.get(entry.hash)?.next !== hash) throw new Violation('the replaced id does not lead to the new one');
      if (generation !== entry.generation + 1) throw new Violation(`generation ${entry.generation} became ${generation}`);
      const { dataKey, tokens } = await this.openAny(shot, hash, actor.drawn);
      if (dataKey === entry.dataKey) throw new Violation('the data key stayed when the id was replaced');
      Object.assign(entry, { hash, generation, dataKey, envelope, tokens });
      return;
    }
    if (generation === entry.generation) {
      if (envelope !== entry.envelope) throw new Violation('tokens changed without a new generation');
      return;
    }
    if (actor?.sessionId !== entry.id) throw new Violation(`${nameOf(actor)} committed to a session that is not theirs`);
    if (generation !== entry.generation + 1) throw new Violation(`generation ${entry.generation} became ${generation}`);
    const tokens = await this.open(envelope, hash, entry.dataKey);
    if (tokens === undefined) throw new Violation("the tokens do not open with the cookie's data key");
    if (this.familyOf(tokens) !== entry.family) throw new Violation("somebody else's tokens");
    Object.assign(entry, { generation, envelope, tokens });
    if (tokens.refreshToken === entry.family.current) entry.family.mayRepeat = false;
  }

  private reasonToEnd(before: Snapshot, after: Snapshot, entry: Entry, actor: Actor | undefined): string | undefined {
    if (after.records.get(entry.hash)?.isExpired === true || before.records.get(entry.hash)?.isExpired === true) return 'expired';
    if (actor === undefined) return undefined;
    const led = this.lead(before, actor.cookieHash);
    if (led.isStolen && led.hash === entry.hash) return 'theft';
    if (actor.errand === 'sign-out' && led.hash === entry.hash) return 'sign-out';
    if (actor.errand === 'sign-in' && led.hash === entry.hash) return 'sign-in over it';
    if (actor.errand === 'revoke-one' && actor.target === entry.id) return 'revoked';
    if (actor.errand === 'revoke-all' && actor.user === entry.user) return 'revoked with all';
    if (actor.errand === 'password' && actor.user === entry.user && actor.sessionId !== entry.id) return 'password changed elsewhere';
    // Its id was replaced longer ago than the grace: nobody can tell it from what a thief would ask to keep.
    if (actor.errand === 'password' && actor.sessionId === entry.id && this.lead(before, actor.keeps).isStolen) return 'password changed long after a step-up';
    if (actor.heardDead.has(entry.family) && (entry.family.isDead || entry.family.isRevoked)) return 'Cognito said so';
    return undefined;
  }

  private familyOf(tokens: SessionTokens): Family {
    const family = this.cognito.familyOf(tokens.refreshToken);
    if (family === undefined || !tokens.accessToken.startsWith(`${family.name}:`)) throw new Violation('tokens of nobody in the vault');
    return family;
  }

  private open(envelope: string, hash: string, dataKey: string): Promise<SessionTokens | undefined> {
    return openVault(crypto, this.ring, dataKey, hash, envelope, sessionTokens);
  }

  /** The data key was drawn beside the id whose H this is. */
  private async openAny(shot: Snapshot, hash: string, drawn: readonly string[]): Promise<{ dataKey: string; tokens: SessionTokens }> {
    const envelope = shot.envelopes.get(hash)!;
    for (let at = drawn.length - 2; at >= 0; at -= 1) {
      if ((await sha256(crypto, drawn[at]!)) !== hash) continue;
      const dataKey = drawn[at + 1]!;
      const tokens = await this.open(envelope, hash, dataKey);
      if (tokens === undefined) throw new Violation('the tokens do not open with the data key of the new cookie');
      return { dataKey, tokens };
    }
    throw new Violation('a session under an id that its maker did not draw');
  }
}

function nameOf(actor: Actor | undefined): string {
  return actor?.name ?? 'time';
}
