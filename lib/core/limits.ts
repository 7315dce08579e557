/**
 * Every limit of Selkie, with what breaks past it. No other file holds a bound that a person can meet. Imported as
 * `* as limits`, each an export of its own: what only servers use is then not sent to a browser.
 */
const KiB = 1024;
const MiB = 1024 * KiB;

/** UTF-8 bytes of a whole path in NFC; S3 keys end at 1,024 and our prefix needs room. */
export const pathMaxBytes = 512;
export const pathMaxSegments = 32;
/** Above it localStorage (5.17 million UTF-16 units an origin) could not hold two versions during a write. */
export const fileMaxBytes = 2 * MiB;
/** Of `/tmp`, which memory holds; a redirected runaway loop ends here instead of ending the tab. */
export const memoryFileMaxBytes = 64 * MiB;
export const memoryFilesMaxBytes = 128 * MiB;
export const treeMaxEntries = 10_000;
/** Entries and unpacked bytes of one import: what a zip without ZIP64 can name, and a few times what a browser can keep; more is a bomb. */
export const importMaxEntries = 65_535;
export const importMaxBytes = 64 * MiB;
/** A zip is held in memory while it is read. */
export const importZipMaxBytes = 256 * MiB;
/** UTF-8 bytes of a symbolic link's target: as much as two paths, so that `../` may lead out of the deepest directory. */
export const linkTargetMaxBytes = 1024;
/** Links followed on one way (Linux's own number); past it they lead round in a circle. */
export const linkMaxHops = 40;
/** Stored bytes of one commit; a server action's body is 1 MB by default and base64 or framing needs the rest. */
export const commitMaxBytes = 900_000;
export const commitMaxOperations = 2_000;
/** Raw bytes gathered for one commit before compression; more would hold the page for too long. */
export const commitRawBytes = 2 * MiB;
/** Lines and bytes of a text that is merged by line; the whole is held in memory several times. */
export const mergeMaxLines = 10_000;
export const mergeMaxBytes = 512 * KiB;
/** Lines removed and added on one side that are compared for a merge; the memory grows with the square: 16 MB. */
export const mergeMaxChanges = 2_000;
/** Bytes of commits and packs in one reply; a serverless host ends a response at 4.5 MB. */
export const syncReplyMaxBytes = 3 * MiB;
export const syncReplyMaxEntries = 256;
/** Commits and packs that one call may ask for by name; the reply's bytes end it earlier when they are large. */
export const syncWantMax = 64;
/** Writes in a row that may lean on one listing of the store; the next listing looks back over all of them. */
export const syncLookBackMax = 30;
/** Commits after which the whole tree is kept once more; a new device reads at most about twice as many. */
export const snapshotEvery = 64;
/** Files up to this size travel in the packs of a snapshot; larger ones are fetched from the commits that brought them. */
export const snapshotFileMaxBytes = 64 * KiB;
/** A commit or pack that unpacks past this, or past the ratio, is refused: a decompression bomb. */
export const unpackedMaxBytes = 8 * MiB;
export const unpackedMaxRatio = 100;
/** UTF-16 units of localStorage kept free so that reading, deleting and syncing work at quota. */
export const storageReserveUnits = 64 * KiB;
/** What Chromium gives one origin's localStorage, keys included, measured; where a store does not know its own size, `df` counts with it. */
export const localStorageUnits = 5 * 1024 * KiB;

/** People whose client of the store is kept in a server's memory, 28 KB each; past it the least recently used are asked for anew. */
export const personClientsMax = 500;

/** JSON bodies of the HTTP API; the largest honest one is under 2 KB. */
export const apiBodyMaxBytes = 16 * KiB;
/** RFC 5321 4.5.3.1.3: a path is 256 octets with its brackets. */
export const emailMaxBytes = 254;
/** Cognito's own maximum. */
export const passwordMaxChars = 256;
/** A cookie over this was not written by us. */
export const sealMaxBytes = 512;
export const sessionsPerPerson = 20;
/** A replaced session id still means its successor this long: parallel tabs and requests in flight. */
export const sessionGraceMs = 10_000;
/** An ended id can't be born this long: the call that made it may have been sent twice, and the second copy be late. */
export const endedIdMs = 60_000;
/** Longer than the Cognito client waits (`cognitoTimeoutMs`), so that no second refresh starts under the first. */
export const refreshLockMs = 10_000;
/** A token with less than this left is renewed before it is used. */
export const refreshAheadMs = 60_000;
export const cognitoTimeoutMs = 4_000;
/** Past it Redis counts as not answering, and the person gets 503 rather than a hanging page. */
export const redisTimeoutMs = 700;
/** The edge hands its finding to the handler of the same request; no honest hop takes longer. */
export const handOverMs = 10_000;
/** A sign-in between two steps; Cognito's own session string lives 3 minutes by default. */
export const transactionMs = 300_000;
export const transactionTries = 3;
/** A question of a sign-in ends a little before Cognito's own 3 minutes, so that a real one and a made-up one end alike. */
export const signInQuestionMs = 175_000;
/** Address, password and a second factor on managed login's own pages; sessions.md allows a transaction 10 minutes. */
export const managedLoginMs = 600_000;
/** Browsers cut a cookie's life to 400 days (RFC 6265bis 5.6.2). */
export const deviceCookieSeconds = 400 * 24 * 3600;
export const stepUpMs = 600_000;
/** A session older than this needs a step-up before it may end other sessions: a forgotten screen is not its owner. */
export const sensitiveAgeMs = 12 * 3600 * 1000;
export const recoveryCodes = 10;
/** Cognito's own: https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html */
export const passkeysPerPerson = 20;
export const passkeyNameMaxChars = 64;
/** Characters of a WebAuthn credential as JSON; the largest attestations are some 6 KB. */
export const passkeyMaxChars = 12 * KiB;
/** A record with ten codes and twenty names is under 32 KB. */
export const accountRecordMaxBytes = 64 * KiB;
/** Times that a change of the account record goes round when others are quicker. */
export const accountChangeTries = 12;
/** Pages of 1,000 objects that one deletion of an account removes; a person who has more repeats it. */
export const erasePagesMax = 200;
/** People of one page of the administrators' list: with 20 sessions each their records stay below what Lua can return at once (8,000). */
export const adminPagePeople = 15;
/** People that one script looks at for a search, and how many scripts one request may run. */
export const adminScanPeople = 200;
export const adminScansMax = 10;
export const adminSearchMaxChars = 100;
export const auditEventsPerPerson = 1_000;
export const auditEventsAll = 20_000;
export const auditDays = 90;
export const auditPageEntries = 50;
/** Answers that must not tell by their time come at multiples of this; more than Cognito usually takes. */
export const evenAnswerMs = 400;
export const cspReportsPerMinute = 60;
/** Spans that wait for a collector, about 500 bytes each; past them new ones are dropped and counted. */
export const spansWaitingMax = 4_096;
/** People whose sessions one count looks at: some 100 reads of Redis, below a millisecond. */
export const sessionCountSample = 50;
/** Lines of the history of all devices that one page holds; the search takes 16 ms a key for as many. */
export const historyMaxEntries = 100_000;

/** Files and bytes of one build that the service worker keeps for offline; past them it keeps none rather than half. */
export const offlineBuildMaxFiles = 600;
export const offlineBuildMaxBytes = 32 * MiB;
/** UTF-16 units of one tab's history key; history may never crowd out files. */
export const historyMaxUnits = 128 * KiB;
/** A settings file above this is not ours; it is read at every start. */
export const settingsMaxBytes = 64 * KiB;
/** UTF-16 units of all panes' screens kept over a reload: read before the prompt, at about 20 MB/s. */
export const keptScreensMaxUnits = 192 * KiB;
/** Lines above the screen that are kept with it. */
export const keptScrollbackLines = 400;
/** Places that the search in the scrollback counts and steps through; nobody goes further. */
export const findMaxMatches = 10_000;
/** Panes of one page; each has a grid, a scrollback and a shell of its own. */
export const panesMax = 16;
/** On its way to the screen before a command has to wait, and when it may go on: as much as `terminalKeptLines` usually are, or none could be left out. */
export const terminalHighWaterBytes = 2 * MiB;
export const terminalLowWaterBytes = MiB;
/** Handed to xterm.js in one piece; longer ones hold up a frame. */
export const terminalPieceBytes = 64 * KiB;
/** Lines that can be scrolled back to; about 12 bytes a cell, so some 15 MB at 120 columns. */
export const terminalScrollbackLines = 10_000;
/** Of output that waits, the lines that are always shown: what can be scrolled back to, and the rows of the largest screen (4,320 pixels, 8 each). */
export const terminalKeptLines = 10_000 + 540;
/** From here on it waits in our queue, where lines may be left out, until xterm.js has parsed what it was given: one piece, or some smaller ones. */
export const terminalHandedOverBytes = 32 * KiB;
/** Keys typed ahead while a command runs; past it something is stuck on a key. */
export const terminalTypeAheadKeys = 4_096;
/** Output that comes while a view has the screen and is kept until it is closed; past it the writer waits. */
export const viewHeldOutputBytes = 64 * KiB;
/** Bytes that the pager keeps of what it is given; past them it says so and stops reading. A line longer than the second is shown in pieces. */
export const pagerMaxBytes = 64 * MiB;
export const pagerLineMaxBytes = 32 * KiB;
/** Bytes that `clip` puts on the clipboard; browsers and other programs choke on more. */
export const clipboardMaxBytes = 8 * MiB;
/** Bytes of a Markdown file that the reader lays out whole; larger ones are for `less`. */
export const markdownMaxBytes = 2 * MiB;
/** Bytes that the file manager keeps in memory to take a deletion back; past them it says that there is no way back. */
export const fileManagerUndoMaxBytes = 32 * MiB;
/** Completions that can be walked through; more than that nobody looks for with a key for each. */
export const completionMaxShown = 500;
/** UTF-16 units of a line around the cursor that are laid out for each key, many times a screen; of a longer line only these are shown. */
export const lineShownMaxUnits = 16 * KiB;
/** Rows of the list under a prompt: candidates, and lines found with Ctrl-R. */
export const lineListMaxRows = 10;
/** Bytes of one synced file of history, written anew (and sent whole) with each batch; of one device's files; of all devices'. */
export const historyFileMaxBytes = 32 * KiB;
export const historyFilesPerDevice = 8;
export const historyFilesMaxBytes = 2 * MiB;
/** New lines of history are written to the synced file this long after the first of them. */
export const historyWriteEveryMs = 60_000;
/** Forgotten lines of which the time is remembered, so that a device that was away does not bring them back. */
export const historyForgottenMax = 1_000;
/** Lines found with Ctrl-R that can be walked through. */
export const historyMatchesMax = 200;
/** The editor holds the text as a string and redraws it; files above are for tools. */
export const editorMaxBytes = 2 * MiB;

/** Bytes a pipe or the screen's queue holds before its writer waits. */
export const pipeMaxBytes = 64 * KiB;
/** A script or line longer than this is refused before it is parsed. */
export const shellSourceMaxBytes = 2 * MiB;
/** Functions, `source`, `eval` and substitutions inside one another; deeper overflows the JavaScript stack. */
export const shellMaxDepth = 200;
/** Pipeline stages and background jobs at one time: `f() { f | f; }; f` ends here. */
export const shellMaxProcesses = 256;
/** What `xargs -P 0` starts side by side: half of the processes there are, since each may be a pipeline. */
export const xargsMaxProcesses = 128;
/** UTF-16 units of one variable, one word or one `$(...)`: `while :; do x=$x$x; done` ends here. */
export const shellValueMaxUnits = 16 * MiB;
/** Words that one expansion may make, e.g. `{1..1000000000}`. */
export const shellMaxWords = 500_000;
/** What a PS1 or PROMPT_COMMAND runs is ended after so long: the person wants to type. */
export const shellPromptMs = 2_000;
/** Highest descriptor number; a table of them is copied for each redirection. */
export const shellMaxDescriptor = 255;
/** Elements of a list by index; a larger index would reserve memory. */
export const shellMaxArrayIndex = 1_000_000;
/** Bytes of one line that a text tool keeps in memory, and of all that `sort` or `$(...)` must hold. */
export const lineMaxBytes = 16 * MiB;
export const sortMaxBytes = 64 * MiB;
/** Calls of an awk program's functions inside one another, and elements of one of its arrays: each takes memory of the page. */
export const awkMaxDepth = 10_000;
export const awkMaxElements = 2_000_000;
/** Milliseconds that the shell may hold the main thread; a frame at 60 Hz is 16.7. */
export const shellTurnMs = 8;
/** Steps a pattern may take in the backtracking engine before the linear one (or a refusal) takes over. */
export const patternMaxSteps = 2_000_000;
/** Decimal digits of one number of `bc`, and calls inside one another: past them a single step would freeze the page. */
export const bcMaxDigits = 100_000;
export const bcMaxDepth = 10_000;
/** Elements of one array or object that a jq filter makes, calls inside one another, and brackets inside one another of what it reads (jq 1.6's own). */
export const jqMaxElements = 2_000_000;
export const jqMaxDepth = 1_000;
export const jqMaxNesting = 256;

/** Embedded cloud, S3: largest object; bodies are held in memory, so several at once must still fit. */
export const cloudObjectMaxBytes = 64 * MiB;
/** What `aws-chunked` framing and trailers may add to the largest object. */
export const cloudFramingMaxBytes = MiB;
/** S3's own: UTF-8 bytes of a key, bytes of all `x-amz-meta-*` names and values, entries of one listing, keys of one DeleteObjects. */
export const s3KeyMaxBytes = 1024;
export const s3UserMetadataMaxBytes = 2048;
export const s3ListMaxEntries = 1000;
export const s3DeleteMaxKeys = 1000;
/** S3's own: a chunk below this is accepted only as the last one. */
export const s3ChunkMinBytes = 8 * KiB;
/** SigV4's own: how far a request's date may be from now, and how long a presigned address may live (7 days). */
export const s3ClockSkewMaxSeconds = 15 * 60;
export const s3PresignMaxSeconds = 7 * 24 * 3600;
/** DeleteObjects with 1,000 keys of 1,024 bytes, escaped, is the largest XML that S3 reads. */
export const s3XmlMaxBytes = 2 * MiB;
/** Embedded cloud, control door: a rule file is small; old entries of the request log fall off. */
export const cloudControlBodyMaxBytes = 16 * KiB;
export const cloudFaultRulesMax = 100;
export const cloudFaultDelayMaxMs = 10 * 60 * 1000;
export const cloudRequestLogMaxEntries = 1000;
/** How long a stopping server waits for requests under way before it cuts them. */
export const cloudCloseWaitMs = 2000;

/** Embedded cloud, mail: the newest are kept, so the file stays small enough to be rewritten whole. */
export const outboxMaxMails = 500;
/** Embedded cloud, Cognito: the largest honest request (attributes, client metadata) is far smaller. */
export const cognitoBodyMaxBytes = 128 * KiB;
/** Names whose failed attempts are counted at one time, and sign-ins under way: past it the oldest are forgotten. */
export const cognitoCountersMax = 10_000;
/** Cognito's own quotas: groups of a person, groups of a pool. */
export const cognitoGroupsPerUserMax = 100;
export const cognitoGroupsMax = 10_000;
/** Refresh tokens of one sign-in that are remembered to detect the reuse of one; hourly for 30 days is 720. */
export const cognitoRotationsMax = 1_000;
/** Embedded cloud, Redis: Upstash's own request limit on its free plan, and the commands of one pipeline. */
export const redisBodyMaxBytes = MiB;
export const redisPipelineMaxCommands = 1_000;
/** The REST front over a Redis of one's own: requests at one time, past which it says 503 rather than hold their bodies; and how long a stopping one waits. */
export const frontRequestsMax = 2_000;
export const frontCloseWaitMs = 5_000;
