import type { Act, Attempt, S3Evidence } from './ask-s3.ts';
import { ROLE_NOT_TAKEN } from './ask-aws.ts';
import { absent, judgeAnswer, ok, unknown, wrong, type Asked, type Check, type Verdict } from './check.ts';

const NOT_OURS = new Set(['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'ExpiredToken', 'InvalidToken', 'CredentialsProviderError', 'TokenRefreshRequired', 'InvalidClientTokenId']);
const ELSEWHERE = new Set(['PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException', 'TemporaryRedirect', 'HTTP 301']);
const LATE = 'RequestTimeTooSkewed';

const refusedWith = (asked: Asked<unknown>): string | undefined => (asked.kind === 'refused' ? asked.code : undefined);

/** A check that only makes sense once the store answers the app. */
function usable(judge: (evidence: S3Evidence) => Verdict): (evidence: S3Evidence) => Verdict {
  return (evidence) => (evidence.list.kind === 'answer' ? judge(evidence) : unknown('the store could not be used'));
}

function hasRules(evidence: S3Evidence): boolean {
  const all = Object.values(evidence.attempts).flat();
  return all.some((one) => one.kind === 'denied' && one.by !== 'role');
}

/** What must be refused, and by the bucket itself: a role is changed without anybody thinking of the files. */
function mustRefuse(act: Act, doing: string): Check<S3Evidence>['judge'] {
  return usable((evidence) => {
    if (!hasRules(evidence)) return unknown('the bucket has no policy of ours; see s3.policy');
    const attempts = evidence.attempts[act];
    const allowed = attempts.find(({ kind }) => kind === 'allowed');
    if (allowed !== undefined) {
      const isWanted = act === 'delete' && evidence.settings.s3.eraserRoleArn === undefined;
      return wrong(`The app itself may ${doing} ${folderOf(allowed)}`, isWanted ? { severity: 'warning', todo: 'Deploy the template and set S3_ERASER_ROLE_ARN, so that only the deletion of one account can delete.' } : {});
    }
    const silent = attempts.find((one) => one.kind === 'silent');
    if (silent?.kind === 'silent') return unknown(silent.why);
    const byRole = attempts.find((one) => one.kind === 'denied' && one.by === 'role');
    if (byRole !== undefined) return wrong(`The bucket's policy does not forbid to ${doing} ${folderOf(byRole)}: only the app's role lacks the right, and others may have it`);
    return ok(`Nobody may ${doing} u/* and accounts/*`);
  });
}

function folderOf({ key }: Attempt): string {
  return `${key.split('/')[0]}/*`;
}

const TEMPLATE = 'Deploy the bucket policy of lib/infra (npm run infra -- print shows it).';

export const s3Checks: readonly Check<S3Evidence>[] = [
  {
    id: 's3.reachable',
    severity: 'error',
    line: 'S3 answers',
    why: 'Nothing is synced; files stay on each device until it does.',
    todo: 'Check S3_ENDPOINT and S3_REGION, and that this machine may reach it.',
    judge: ({ list }) => (list.kind === 'silent' ? wrong(`S3 could not be asked: ${list.why}`) : ok('S3 answers')),
  },
  {
    id: 's3.credentials',
    severity: 'error',
    line: 'S3 knows the app’s credentials',
    why: 'Every sync fails.',
    todo: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to a living key, or give the app its role.',
    atStart: true,
    judge({ list, settings }) {
      if (list.kind === 'silent') return unknown('S3 does not answer');
      const code = refusedWith(list) ?? '';
      if (code === LATE) return unknown('the clocks are too far apart; see clock.services');
      if (code === ROLE_NOT_TAKEN) return wrong(`STS does not give the app the role ${settings.appRoleArn}`, { todo: 'Correct AWS_ROLE_ARN, or let the role’s trust policy name whoever runs the app (AppPrincipalArn or VercelTeam and VercelProject of the stack).' });
      return NOT_OURS.has(code) ? wrong(code === 'CredentialsProviderError' ? 'There are no AWS credentials for the app' : `S3 does not accept the app's credentials (${code})`) : ok('S3 knows the app’s credentials');
    },
  },
  {
    id: 's3.bucket',
    severity: 'error',
    line: 'The bucket exists',
    why: 'Every sync fails.',
    todo: 'Correct S3_BUCKET, or deploy the template that makes it.',
    atStart: true,
    judge({ list, settings, location }) {
      // To an app without rights on it S3 need not say that it is not there.
      if (refusedWith(list) === 'NoSuchBucket' || refusedWith(location) === 'NoSuchBucket') return wrong(`There is no bucket ${settings.s3.bucket}`);
      return list.kind === 'answer' || refusedWith(list) === 'AccessDenied' || ELSEWHERE.has(refusedWith(list) ?? '') ? ok(`The bucket ${settings.s3.bucket} exists`) : unknown('S3 did not say');
    },
  },
  {
    id: 's3.region',
    severity: 'error',
    line: 'S3_REGION is the bucket’s region',
    why: 'S3 refuses what is signed for another region.',
    todo: 'Set S3_REGION to the region that the bucket is in.',
    atStart: true,
    judge({ list, settings, location }) {
      if (ELSEWHERE.has(refusedWith(list) ?? '')) return wrong(`The bucket ${settings.s3.bucket} is not in ${settings.s3.region}`);
      if (list.kind !== 'answer') return unknown('S3 did not say');
      // A list for the wrong region would have been refused; us-east-1 has no name of its own.
      const told = location.kind === 'answer' ? location.value || 'us-east-1' : settings.s3.region;
      return settings.s3.endpoint === undefined && told !== settings.s3.region ? wrong(`The bucket is in ${told}, and S3_REGION is ${settings.s3.region}`) : ok('S3_REGION is the bucket’s region');
    },
  },
  {
    id: 's3.rights',
    severity: 'error',
    line: 'The app may list and create what it needs',
    why: 'Readiness fails, and recovery codes and names of passkeys can’t be kept.',
    todo: 'Give the app’s role s3:ListBucket on the prefixes accounts/ and probe/, and s3:GetObject and s3:PutObject on accounts/* and probe/*.',
    atStart: true,
    judge({ list, location, creates: [first] }) {
      if (refusedWith(location) === 'NoSuchBucket') return unknown('there is no such bucket; see s3.bucket');
      if (refusedWith(list) === 'AccessDenied') return wrong('The app may not list probe/ in the bucket (s3:ListBucket)');
      if (list.kind !== 'answer') return unknown('the store could not be used');
      if (refusedWith(first) === 'AccessDenied') return wrong('The app may not create probe/create-only in the bucket (s3:PutObject)');
      return first.kind === 'silent' ? unknown(first.why) : ok('The app may list and create what it needs');
    },
  },
  {
    id: 's3.create-only',
    severity: 'error',
    line: 'A second create of the same key is refused (If-None-Match)',
    why: 'Two devices that push at the same time would overwrite each other’s commit, and one would be lost.',
    todo: 'Use a store with conditional writes, such as S3 itself.',
    atStart: true,
    judge: usable(({ creates: [first, second] }) => {
      if (refusedWith(first) === 'AccessDenied') return unknown('the app may not create it; see s3.rights');
      if (second.kind === 'answer') return wrong('The store overwrote probe/create-only although it was told to create it only');
      if (second.kind === 'silent') return unknown(second.why);
      if (second.code === 'NotImplemented') return wrong('The store says that it can do no conditional writes');
      return second.status === 412 ? ok('A second create is refused') : unknown(`the second create was refused with ${second.code}`);
    }),
  },
  {
    id: 's3.create-only-race',
    severity: 'error',
    line: 'Of many who create the same key at once, exactly one is told that it is theirs',
    why: 'A store that looks first and writes later refuses a second create and lets two at the same moment win: one commit is lost, and its device believes that it is kept.',
    todo: 'Take another store, or a version of it that evaluates If-None-Match when it commits; docs/deploy.md names some.',
    judge: usable(({ race, creates: [, second] }) => {
      if (second.kind !== 'refused' || second.status !== 412) return unknown('a second create was not refused; see s3.create-only');
      if (race.kind !== 'answer') return unknown(race.kind === 'silent' ? race.why : `a create was refused with ${race.code}`);
      const { writers, winners } = race.value;
      if (winners === 0) return unknown(`of ${writers} writers at once none was told that the key is theirs`);
      return winners === 1 ? ok('Of many who create at once exactly one wins') : wrong(`${winners} of ${writers} writers who created the same key at once were told that it is theirs`);
    }),
  },
  {
    id: 's3.policy',
    severity: 'error',
    line: 'The bucket has the policy that refuses loss',
    why: 'Without it one mistake in the app, or one leaked key, can overwrite or delete everybody’s files.',
    todo: TEMPLATE,
    judge: usable((evidence) => {
      if (hasRules(evidence)) return ok('The bucket has a policy of its own that refuses loss');
      const all = Object.values(evidence.attempts).flat();
      const silent = all.find((one) => one.kind === 'silent');
      if (silent?.kind === 'silent' && !all.some(({ kind }) => kind === 'allowed')) return unknown(silent.why);
      return wrong('The bucket has no policy of its own that refuses loss', evidence.settings.cognito.identityPoolId === undefined ? { severity: 'warning' } : {});
    }),
  },
  {
    id: 's3.refuses-deletion',
    severity: 'error',
    line: 'Nobody but the eraser may delete',
    why: 'A deleted commit is lost for every device that has not seen it.',
    todo: TEMPLATE,
    judge: mustRefuse('delete', 'delete in'),
  },
  {
    id: 's3.refuses-overwriting',
    severity: 'error',
    line: 'Nobody may write without If-None-Match: *',
    why: 'An overwritten commit is lost, and nobody notices.',
    todo: TEMPLATE,
    judge: mustRefuse('overwrite', 'overwrite in'),
  },
  {
    id: 's3.refuses-copying',
    severity: 'error',
    line: 'Nobody may copy within the bucket',
    why: 'A copy moves one person’s content into another’s folder without being read.',
    todo: TEMPLATE,
    judge: mustRefuse('copy', 'copy within'),
  },
  {
    id: 's3.refuses-parts',
    severity: 'error',
    line: 'Nobody may upload in parts',
    why: 'The rule against overwriting does not reach an upload in parts, which is completed by another call.',
    todo: TEMPLATE,
    judge: mustRefuse('parts', 'begin an upload in parts in'),
  },
  {
    id: 's3.foreign-files',
    severity: 'error',
    line: 'With an identity pool, the app itself may neither read, write nor list people’s files',
    why: 'The pool exists so that a mistake in the app can’t reach another person’s files; with such rights it can.',
    todo: 'Take every right on u/* from the app’s role; people bring their own.',
    judge: usable(({ foreign }) => {
      if (foreign === undefined) return absent;
      const allowed = foreign.find(({ kind }) => kind === 'allowed');
      if (allowed !== undefined) return wrong(`The app itself may ${allowed.key.endsWith('/') ? 'list' : 'read or write'} u/*`);
      const silent = foreign.find((one) => one.kind === 'silent');
      return silent?.kind === 'silent' ? unknown(silent.why) : ok('The app itself has no right on people’s files');
    }),
  },
  {
    id: 's3.least-rights',
    severity: 'warning',
    line: 'The app may create nothing outside of its prefixes',
    why: 'Rights that nothing needs are rights for whoever gets in.',
    todo: 'Limit the app’s role to the prefixes that SECURITY.md names.',
    judge: usable(({ outside }) => (outside.kind === 'allowed' ? wrong('The app may create objects anywhere in the bucket') : outside.kind === 'silent' ? unknown(outside.why) : ok('The app may create nothing outside of its prefixes'))),
  },
  {
    id: 's3.eraser',
    severity: 'error',
    line: 'The app can take the eraser’s role for one person, and then see what to delete',
    why: 'Nobody could delete their account.',
    todo: 'Correct S3_ERASER_ROLE_ARN, and let the app’s role take it (sts:AssumeRole and sts:TagSession); AWS_ENDPOINT_URL_STS must be unset or right.',
    judge: usable(({ eraser, settings }) => {
      if (eraser === undefined || settings.s3.eraserRoleArn === undefined) return absent;
      const { assumed, ownList } = eraser;
      if (assumed.kind === 'silent') return unknown(`STS: ${assumed.why}`);
      if (assumed.kind === 'refused') return wrong(`The app may not take the role ${settings.s3.eraserRoleArn} (${assumed.code})`);
      if (ownList.kind === 'silent') return unknown(ownList.why);
      return ownList.kind === 'refused' ? wrong(`The eraser's role may not list the files of the person it is taken for (${ownList.code})`) : ok('The app can take the eraser’s role for one person');
    }),
  },
  {
    id: 's3.eraser-bound',
    severity: 'error',
    line: 'The eraser’s role can’t be taken for nobody in particular, nor delete another person’s files',
    why: 'One leaked key of the app would delete everybody’s files.',
    todo: 'Deploy the roles of lib/infra as they are (npm run infra -- print shows them).',
    judge: usable(({ eraser, settings }) => {
      if (eraser === undefined || settings.s3.eraserRoleArn === undefined) return absent;
      if (eraser.untagged.kind === 'answer') return wrong('The eraser’s role can be taken without saying for whom');
      if (eraser.foreign.kind === 'allowed') return wrong('The eraser, taken for one person, may delete another person’s files');
      if (eraser.untagged.kind === 'silent') return unknown(`STS: ${eraser.untagged.why}`);
      return eraser.foreign.kind === 'silent' ? unknown(eraser.foreign.why) : ok('The eraser is bound to one person');
    }),
  },
  {
    id: 's3.versioning',
    severity: 'error',
    line: 'The bucket keeps versions',
    why: 'If the policy is ever loosened, an older version is what an overwritten file comes back from.',
    todo: 'Switch versioning on for the bucket; the template does.',
    judge: usable(({ versioning, settings }) =>
      judgeAnswer(versioning, 's3:GetBucketVersioning', (status) =>
        status === 'Enabled' ? ok('The bucket keeps versions') : wrong(`The bucket keeps no versions${status === 'Suspended' ? ' any more (suspended)' : ''}`, settings.s3.endpoint === undefined ? {} : { severity: 'warning', todo: 'Switch versioning on for the bucket, unless docs/deploy.md says that your store then ignores If-None-Match; run the doctor again afterwards.' }))),
  },
  {
    id: 's3.public-access',
    severity: 'error',
    line: 'Public access to the bucket is blocked',
    why: 'One wrong access list would show everybody’s files to the world.',
    todo: 'Switch on all four settings of "Block public access" for the bucket; the template does.',
    judge: usable(({ publicAccess }) => {
      if (publicAccess.kind === 'refused' && publicAccess.code === 'NoSuchPublicAccessBlockConfiguration') return wrong('Public access to the bucket is not blocked');
      return judgeAnswer(publicAccess, 's3:GetBucketPublicAccessBlock', (block = {}) => {
        const open = (['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'] as const).filter((name) => block[name] !== true);
        return open.length === 0 ? ok('Public access to the bucket is blocked') : wrong(`Public access to the bucket is not blocked: ${open.join(', ')} ${open.length === 1 ? 'is' : 'are'} off`);
      });
    }),
  },
];
