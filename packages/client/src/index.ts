export type { Authenticated, Authenticating } from "./authenticate.ts";
export {
  type InputOf,
  type LatchkeyClient,
  type OutputOf,
  type ProcedureName,
  procedures,
} from "./contract.ts";
export { presentedToken } from "./presented-token.ts";
export {
  failureRefusal,
  NOT_GOOD,
  NOTHING_PRESENTED,
  type Refusal,
  refusalOf,
} from "./refusal.ts";
export { type CallError, errorOf, LocalFailure, NotSent, neverSent } from "./call-error.ts";
export type { Transport, Incoming, Outgoing } from "./transport.ts";
export {
  transportBy,
  type ClientOptions,
  createClient,
  isSendable,
} from "./client.ts";
export { type EventsObserver, followEvents } from "./follow-events.ts";
export {
  callerOf,
  type GuardOptions,
  guardExpress,
  guardFastify,
  guardHono,
} from "./guards.ts";
export { serverOrigin } from "./server-url.ts";
export {
  createVerifier,
  type Verifier,
  type VerifierLink,
  type VerifierOptions,
} from "./verifier.ts";
export type {
  ApiKey,
  EventItem,
  EventPage,
  KeyFact,
  KeyPage,
  KeyUsage,
  LogHead,
  LogProof,
  ProofProgress,
  Outcome,
  PrincipalInfo,
  Resolved,
  Session,
  SshKey,
  User,
  WatchItem,
} from "./wire.ts";
