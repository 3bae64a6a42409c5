export { MAX_AHEAD_SECONDS, MAX_AHEAD_YEARS, secondsAfter } from "./ahead.ts";
export { coalesce, type CoalesceOptions } from "./coalesce.ts";
export { CompactRecord } from "./compact-record.ts";
export { type ClockReading, databaseClock, type DatabaseClock } from "./database-clock.ts";
export {
  describeError,
  describeOutage,
  errorCodes,
  fieldProblems,
  type OutageWording,
  repeatable,
} from "./describe-error.ts";
export {
  bytesEqual,
  cacheName,
  createPepper,
  derivePepperKey,
  DIGEST_BYTES,
  digestSessionToken,
  digestToken,
  type Pepper,
  PEPPER_BYTES,
  pepperCheck,
  type PepperPurpose,
} from "./digest.ts";
export {
  type DomainError,
  type ErrorCode,
  type ErrorOf,
  type FieldProblem,
  type ForbiddenReason,
  type OtherAnswer,
  type ScopeProblem,
  type TitleProblem,
  type UnavailableReason,
} from "./errors.ts";
export {
  type ChainedEvent,
  EMPTY_LOG_MAC,
  EVENT_MAC_BYTES,
  eventMac,
  type EventSubject,
} from "./event-chain.ts";
export {
  type Actor,
  type DatabaseEvent,
  type EventType,
  eventTypes,
  type KeyEvent,
  type LatchkeyEvent,
  type SessionEvent,
  type SshKeyEvent,
  type UnknownEvent,
  type UserEvent,
} from "./event.ts";
export {
  isKeyId,
  isSessionId,
  isUserId,
  type KeyId,
  newKeyId,
  newSessionId,
  newUserId,
  type SessionId,
  type UserId,
} from "./ids.ts";
export { isVirama, joinersInPlace, ZWJ, ZWNJ } from "./joiners.ts";
export {
  endOf,
  type Key,
  type KeyEnds,
  type KeySort,
  keySorts,
  type KeyState,
  type KeyStatus,
  keyStatuses,
  type Revocation,
  stateAt,
} from "./key.ts";
export {
  cancelRevocation,
  type Change,
  createKey,
  type Decision,
  deleteKey,
  type NewKey,
  renameKey,
  revokeKey,
  rotateKey,
  type Rotation,
} from "./lifecycle.ts";
export { MAX_SCOPE_PART_LENGTH, MAX_SCOPES, MAX_TITLE_LENGTH } from "./limits.ts";
export {
  formatLogPosition,
  type LogPosition,
  parseLogPosition,
  positionOf,
} from "./log-position.ts";
export { networkOf } from "./network.ts";
export {
  authorize,
  endsLater,
  mayGrant,
  requireAdmin,
  requirePerson,
  requireVerifier,
  seesOwner,
  watchRights,
  type WatchRights,
} from "./policy.ts";
export { PresentedToken } from "./presented-token.ts";
export { type Principal, type Role, roles } from "./principal.ts";
export { Redacted } from "./redacted.ts";
export {
  type LoggedSession,
  type LoggedSshKey,
  replayKey,
  replayUser,
  type UserHistory,
} from "./replay.ts";
export { err, ok, type Result } from "./result.ts";
export { rowMac, type RowValue } from "./row-mac.ts";
export {
  covers,
  coversAll,
  EVERYTHING,
  type LatchkeyScope,
  parseRequiredScopes,
  parseScopes,
} from "./scope.ts";
export {
  endOfSession,
  isSeenStale,
  isSessionOver,
  SESSION_IDLE_SECONDS,
  SESSION_MAX_SECONDS,
  type SessionEnds,
  SSH_SESSION_MAX_SECONDS,
} from "./session.ts";
export { sharedParts, type SharedParts } from "./shared-parts.ts";
export { similarTo } from "./similar.ts";
export { holdsPrivateKey, PRIVATE_KEY_GIVEN } from "./ssh-key-formats.ts";
export { readSshKeyLine, type SshKeyLine } from "./ssh-key-line.ts";
export {
  isSshChallenge,
  newSshChallenge,
  SSH_CHALLENGE_SECONDS,
  SSH_PROOF_NAMESPACE,
  sshProofMessage,
} from "./ssh-key-proof.ts";
export {
  type NewSshKey,
  parseSshKey,
  registrationOf,
  type SshKey,
  type SshKeyRegistration,
} from "./ssh-key.ts";
export {
  isSshFingerprint,
  parseSshPublicKey,
  sshFingerprint,
  type SshPublicKey,
} from "./ssh-public-key.ts";
export { isSshSignature } from "./ssh-signature.ts";
export { parseName, parseTitle } from "./title.ts";
export {
  CHECKSUM_LENGTH,
  DEFAULT_PREFIX,
  generateToken,
  isSessionToken,
  isToken,
  isTokenPrefix,
  mayBeToken,
  type ParsedToken,
  parseToken,
  redactTokens,
  SECRET_LENGTH,
  SESSION_PREFIX,
  withoutSecrets,
} from "./token.ts";
export {
  MAX_PASSWORD_LENGTH,
  maySignIn,
  MIN_PASSWORD_LENGTH,
  parsePassword,
  setDisabled,
  setRole,
  type User,
  type UserChange,
} from "./user.ts";
export {
  type CacheBounds,
  type CacheChange,
  cacheChangeOf,
  CachedRecord,
  type Fill,
  verificationCache,
  type VerificationCache,
} from "./verification-cache.ts";
export { judge, type VerificationRecord, type VerifyOutcome } from "./verify.ts";
