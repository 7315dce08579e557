import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { parseCommit } from '../../core/sync/commit.ts';
import { requireLinearLog } from '../../core/sync/linear-log.ts';
import { hashOf } from '../../core/sync/sha256.ts';

export interface LogJudgement {
  commits: number;
  files: number;
  /** Sentences; empty when all is as it should be. */
  wrong: string[];
}

/**
 * Reads one person's log out of the store, past the app, and compares it with what that person's browsers wrote: every
 * file whose push was answered is there with its content, brought by exactly one commit, and the log has neither gaps nor forks.
 */
export async function judgeLog(client: S3Client, bucket: string, userId: string, written: ReadonlyMap<string, string>): Promise<LogJudgement> {
  const prefix = `u/${userId}/log/`;
  const commits = new Map<number, Uint8Array>();
  let token: string | undefined;
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(token !== undefined && { ContinuationToken: token }) }));
    for (const { Key: key = '' } of page.Contents ?? []) {
      const object = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      commits.set(999_999_999_999 - Number(key.slice(prefix.length)), await object.Body!.transformToByteArray());
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);

  const wrong: string[] = [];
  try {
    requireLinearLog(commits);
  } catch (error) {
    wrong.push(`${userId}: ${(error as Error).message}`);
  }
  const brought = new Map<string, string[]>();
  for (const bytes of commits.values()) {
    const parsed = parseCommit(bytes);
    if (!parsed.ok) continue;
    for (const operation of parsed.value.operations) {
      if (operation.op === 'put') brought.set(operation.path, [...(brought.get(operation.path) ?? []), operation.hash]);
    }
  }
  for (const [path, content] of written) {
    const hashes = brought.get(path) ?? [];
    if (hashes.length === 0) wrong.push(`${userId}: ${path} is lost`);
    else if (hashes.length > 1) wrong.push(`${userId}: ${path} is in ${hashes.length} commits`);
    else if (hashes[0] !== hashOf(new TextEncoder().encode(content))) wrong.push(`${userId}: ${path} has another content`);
  }
  for (const path of brought.keys()) if (!written.has(path)) wrong.push(`${userId}: ${path} was written by nobody`);
  return { commits: commits.size, files: written.size, wrong };
}
