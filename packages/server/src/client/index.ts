export type {
  ApiKey,
  EventItem,
  EventPage,
  KeyPage,
  KeyUsage,
  LogHead,
  LogProof,
  Outcome,
  PrincipalInfo,
  Session,
  SshKey,
  User,
} from "../wire.ts";
export { type CallError, errorOf, NotSent, neverSent } from "./call-error.ts";
export {
  type Carry,
  carryBy,
  type ClientOptions,
  createClient,
  type Incoming,
  type LatchkeyClient,
  type Outgoing,
} from "./client.ts";
