export { createClient, type ClientOptions, type LatchkeyClient } from "./client.ts";
export { type CallError, errorOf, NotSent, neverSent } from "./call-error.ts";
export type {
  ApiKey,
  EventItem,
  EventPage,
  KeyPage,
  LogHead,
  LogProof,
  Outcome,
  PrincipalInfo,
  Session,
  User,
} from "../wire.ts";
