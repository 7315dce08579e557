import { createHash, createHmac } from 'node:crypto';
import { ALGORITHM, signingKey } from '../../../local/s3/sigv4.ts';
import { ada, bucket, eve, overHttp, region, type Attack, type Sender, type SenderName } from './attack-bench.ts';

/**
 * What somebody could try at the store who has got hold of credentials: those of the app, of a person (Eve's), of the eraser
 * (for Eve), or the account's own. Every one of these is to be refused by a policy.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
export type StoreAttack = readonly [who: SenderName, what: string, request: Attack | ((sender: Sender) => Attack)];

const createOnly = { 'if-none-match': '*' };
const etag = { 'if-none-match': '"0cc175b9c0f1b6a831c399e269772661"' };
const xml = { 'content-type': 'application/xml' };
const get = (target: string): Attack => ({ method: 'GET', target });
const del = (target: string): Attack => ({ method: 'DELETE', target });
const put = (target: string, headers: Record<string, string> = createOnly, body = 'x'): Attack => ({ method: 'PUT', target, headers, body });
const post = (target: string, headers: Record<string, string> = {}, body = ''): Attack => ({ method: 'POST', target, headers, body });
const list = (query: string): Attack => get(`?list-type=2&${query}`);
const copy = (from: string, to: string, headers: Record<string, string> = {}): Attack => put(to, { 'x-amz-copy-source': `/${bucket}${from}`, ...headers }, '');
const plainly = (attack: Attack): Attack => ({ ...attack, headers: { ...attack.headers, ...overHttp } });
const own = `/u/${eve}`;
const other = `/u/${ada}`;
const record = `/accounts/${ada}`;

/** Several deletions in one call; refused when each of them is. */
function deleteAll(...keys: string[]): Attack {
  const body = `<Delete>${keys.map((key) => `<Object><Key>${key.slice(1)}</Key></Object>`).join('')}</Delete>`;
  return post('?delete', { ...xml, 'x-amz-checksum-sha256': createHash('sha256').update(body).digest('base64') }, body);
}

/** An upload by a browser's form, signed in its fields. */
function form(key: string): (sender: Sender) => Attack {
  return ({ accessKeyId, secretAccessKey, sessionToken }) => {
    const amzDate = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
    const policy = Buffer.from(JSON.stringify({ expiration: '2999-01-01T00:00:00Z', conditions: [{ bucket }] })).toString('base64');
    const fields: Record<string, string> = {
      key: key.slice(1), policy, 'x-amz-algorithm': ALGORITHM, 'x-amz-credential': `${accessKeyId}/${amzDate.slice(0, 8)}/${region}/s3/aws4_request`, 'x-amz-date': amzDate,
      ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
      'x-amz-signature': createHmac('sha256', signingKey(secretAccessKey, amzDate.slice(0, 8), region)).update(policy).digest('hex'),
    };
    const parts = Object.entries(fields).map(([name, value]) => `--bound\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('');
    return post('', { 'content-type': 'multipart/form-data; boundary=bound' }, `${parts}--bound\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nx\r\n--bound--\r\n`);
  };
}

const lifecycle = '<LifecycleConfiguration><Rule><Status>Enabled</Status><Prefix></Prefix><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>';

/** The same against whatever the sender may create: one's own folder, or an account record. */
function againstOwn(who: SenderName, folder: string): StoreAttack[] {
  return [
    [who, 'overwrites without a condition', put(`${folder}/1`, {})],
    [who, 'creates without a condition', put(`${folder}/new`, {})],
    [who, 'writes if the object is not that ETag', put(`${folder}/1`, etag)],
    [who, 'writes if the object is that ETag', put(`${folder}/1`, { 'if-match': '"0cc175b9c0f1b6a831c399e269772661"' })],
    [who, 'writes with an empty condition', put(`${folder}/1`, { 'if-none-match': '' })],
    [who, 'writes with a quoted star', put(`${folder}/1`, { 'if-none-match': '"*"' })],
    [who, 'writes with two stars', put(`${folder}/1`, { 'if-none-match': '*, *' })],
    [who, 'deletes', del(`${folder}/1`)],
    [who, 'deletes the version', del(`${folder}/1?versionId=null`)],
    [who, 'deletes many at once', deleteAll(`${folder}/1`, `${folder}/2`)],
    [who, 'copies onto an object', copy(`${folder}/1`, `${folder}/1`, { 'x-amz-metadata-directive': 'REPLACE' })],
    [who, 'copies to a new object, create-only', copy(`${folder}/1`, `${folder}/new`, createOnly)],
    [who, 'begins an upload in parts', post(`${folder}/1?uploads`)],
    [who, 'begins an upload in parts, create-only', post(`${folder}/new?uploads`, createOnly)],
    [who, 'uploads a part', put(`${folder}/1?partNumber=1&uploadId=u`, {})],
    [who, 'copies a part', copy(`${folder}/1`, `${folder}/new?partNumber=1&uploadId=u`, createOnly)],
    [who, 'completes an upload in parts', post(`${folder}/1?uploadId=u`, xml, '<CompleteMultipartUpload/>')],
    [who, 'uploads by a form', form(`${folder}/1`)],
    [who, 'creates with an access list', put(`${folder}/new`, { ...createOnly, 'x-amz-acl': 'public-read' })],
    [who, 'creates with a grant', put(`${folder}/new`, { ...createOnly, 'x-amz-grant-read': 'uri="http://acs.amazonaws.com/groups/global/AllUsers"' })],
    [who, 'changes the access list', put(`${folder}/1?acl`, { 'x-amz-acl': 'public-read' }, '')],
    [who, 'creates with a tag', put(`${folder}/new`, { ...createOnly, 'x-amz-tagging': 'expire=1' })],
    [who, 'tags', put(`${folder}/1?tagging`, xml, '<Tagging/>')],
    [who, 'removes tags', del(`${folder}/1?tagging`)],
    [who, 'changes the access list of a version', put(`${folder}/1?acl&versionId=null`, { 'x-amz-acl': 'public-read' }, '')],
    [who, 'tags a version', put(`${folder}/1?tagging&versionId=null`, xml, '<Tagging/>')],
    [who, 'removes tags of a version', del(`${folder}/1?tagging&versionId=null`)],
    [who, 'creates with a retention', put(`${folder}/new`, { ...createOnly, 'x-amz-object-lock-mode': 'GOVERNANCE' })],
    [who, 'changes the retention', put(`${folder}/1?retention`, { ...xml, 'x-amz-bypass-governance-retention': 'true' }, '<Retention/>')],
    [who, 'holds an object back', put(`${folder}/1?legal-hold`, xml, '<LegalHold/>')],
    [who, 'reads without TLS', plainly(get(`${folder}/1`))],
    [who, 'creates without TLS', plainly(put(`${folder}/new`))],
  ];
}

const ofAnybody: ReadonlyArray<readonly [what: string, request: Attack]> = [
  ['deletes the bucket', del('')],
  ['lets a lifecycle rule delete', put('?lifecycle', xml, lifecycle)],
  ['suspends versions', put('?versioning', xml, '<VersioningConfiguration/>')],
  ['opens the bucket to the public', put('?acl', { 'x-amz-acl': 'public-read' }, '')],
  ['allows access lists again', put('?ownershipControls', xml, '<OwnershipControls/>')],
  ['unblocks public access', del('?publicAccessBlock')],
  ['replicates elsewhere', put('?replication', xml, '<ReplicationConfiguration/>')],
  ['changes the encryption', del('?encryption')],
  ['changes the lock', put('?object-lock', xml, '<ObjectLockConfiguration/>')],
];
const ofAllButRoot: ReadonlyArray<readonly [what: string, request: Attack]> = [
  ...ofAnybody,
  ['replaces the bucket policy', put('?policy', {}, '{}')],
  ['removes the bucket policy', del('?policy')],
  ['reads the bucket policy', get('?policy')],
  ['lists uploads', get('?uploads')],
  ['asks where the bucket is', get('?location')],
  ['asks whether the bucket is there', { method: 'HEAD', target: '' }],
  ['lists the bucket', list('')],
  ['lists by an empty prefix', list('prefix=')],
  ['lists by the older call', get('?prefix=')],
  ['lists versions', get('?versions&prefix=')],
  ['lists all people', list('prefix=u%2F&delimiter=%2F')],
  ['lists another person’s folder', list(`prefix=${encodeURIComponent(`u/${ada}/`)}`)],
  ['lists with a second prefix behind', list(`prefix=u%2F&prefix=${encodeURIComponent(`u/${eve}/`)}`)],
  ['lists with a delimiter for a prefix', list(`delimiter=${encodeURIComponent(`u/${eve}/`)}`)],
  ['lists from a key on', list(`start-after=${encodeURIComponent(`u/${eve}/`)}`)],
  ['reads another person’s object', get(`${other}/log/1`)],
  ['asks for another person’s object', { method: 'HEAD', target: `${other}/log/1` }],
  ['reads a version of another person’s object', get(`${other}/log/1?versionId=null`)],
  ['reads what is said about another person’s object', get(`${other}/log/1?attributes`)],
  ['reads another person’s object by encoded slashes', get(other.replaceAll('/', '%2F').replace('%2F', '/') + '%2Flog%2F1')],
  ['reads another person’s object by another letter case', get(`${other}/log/1`.replace('/u/', '/U/'))],
  ['reads another person’s object by two slashes', get(`/${other}/log/1`)],
  ['creates in another person’s folder', put(`${other}/log/9`)],
  ['creates where the folder’s own name would be', put(`/u/${eve}`)],
  ['creates above all folders', put('/planted')],
  ['copies out of another person’s folder', copy(`${other}/log/1`, '/probe/stolen')],
  ['copies into another person’s folder', copy(`${own}/log/1`, `${other}/log/9`, createOnly)],
  ['takes a part out of another person’s folder', copy(`${other}/log/1`, '/probe/stolen?partNumber=1&uploadId=u')],
  ['deletes another person’s object', del(`${other}/log/1`)],
  ['deletes the probe', del('/probe/create-only')],
];

export const storeAttacks: readonly StoreAttack[] = [
  ...againstOwn('app', record),
  ...againstOwn('person', `${own}/log`),
  ...againstOwn('root', `${other}/log`),
  ...againstOwn('root', record).map(([who, what, request]): StoreAttack => [who, `${what}, an account record`, request]),
  ...(['app', 'person', 'eraser'] as const).flatMap((who) => ofAllButRoot.map(([what, request]): StoreAttack => [who, what, request])),
  ...ofAnybody.map(([what, request]): StoreAttack => ['root', what, request]),
  ['app', 'lists account records without TLS', plainly(list('prefix=accounts%2F'))],
  ['app', 'reads a person’s object', get(`${own}/log/1`)],
  ['app', 'lists by the beginning of what it may', list('prefix=accounts')],
  ['app', 'lists a person’s folder', list(`prefix=${encodeURIComponent(`u/${eve}/`)}`)],
  ['app', 'lists versions of account records', get('?versions&prefix=accounts%2F')],
  ['person', 'reads the access list of their own', get(`${own}/log/1?acl`)],
  ['person', 'reads an older version of their own', get(`${own}/log/1?versionId=null`)],
  ['person', 'restores their own from an archive', post(`${own}/log/1?restore`)],
  ['person', 'aborts an upload in parts', del(`${own}/log/1?uploadId=u`)],
  ['person', 'reads an account record', get(`/accounts/${eve}/1`)],
  ['person', 'reads the probe', get('/probe/create-only')],
  ['person', 'creates in a folder whose name begins with their own', put(`/u/${eve}x/log/1`)],
  ['person', 'reads by a shorter name', get(`/u/${eve.slice(0, -1)}/log/1`)],
  ['person', 'reads by a star', get('/u/*/log/1')],
  ['person', 'reads by a question mark', get(`/u/${'%3F'.repeat(36)}/log/1`)],
  ['person', 'lists by the beginning of their own id', list(`prefix=${encodeURIComponent(`u/${eve.slice(0, 8)}`)}`)],
  ['person', 'lists by their own id without the slash', list(`prefix=${encodeURIComponent(`u/${eve}`)}`)],
  ['person', 'lists versions of their own', get(`?versions&prefix=${encodeURIComponent(`u/${eve}/`)}`)],
  ['eraser', 'reads what it is to erase', get(`${own}/log/1`)],
  ['eraser', 'writes', put(`${own}/log/9`)],
  ['eraser', 'deletes another person’s record', del(`${record}/1`)],
  ['eraser', 'deletes a version of another person’s object', del(`${other}/log/1?versionId=null`)],
  ['eraser', 'deletes many of another person', deleteAll(`${other}/log/1`, `${record}/1`)],
  ['eraser', 'deletes without TLS', plainly(del(`${own}/log/1`))],
  ['eraser', 'lists versions of another person', get(`?versions&prefix=${encodeURIComponent(`u/${ada}/`)}`)],
];

/** Rights that no call of the API asks for by itself, or that the account's root can't be refused: with all that an identity policy can give. */
export const administratorAttacks: ReadonlyArray<readonly [what: string, action: string, resource: string]> = [
  ...['s3:ReplicateObject', 's3:ReplicateDelete', 's3:ReplicateTags'].flatMap((action) => [
    [`${action} onto a person’s object`, action, `arn:aws:s3:::${bucket}/u/${ada}/log/1`] as const,
    [`${action} onto an account record`, action, `arn:aws:s3:::${bucket}/accounts/${ada}/1`] as const,
  ]),
  ['the bucket policy replaced', 's3:PutBucketPolicy', `arn:aws:s3:::${bucket}`],
  ['the bucket policy removed', 's3:DeleteBucketPolicy', `arn:aws:s3:::${bucket}`],
];
