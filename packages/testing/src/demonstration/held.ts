import type { ApiKey, EventItem, PrincipalInfo, Session, SshKey, User } from "@latchkey/client";
import { demoOps, eventAboutUser } from "./examples.ts";

type Call = { readonly procedure: string; readonly input: unknown };

/** What such a server holds, open to tests. */
export type Held = {
  /** What was asked for, in order. */
  readonly calls: Call[];
  keys: ApiKey[];
  /** The newest first. */
  events: EventItem[];
  principal: PrincipalInfo;
  users: User[];
  sshKeys: SshKey[];
  sessions: Session[];
  /** Called before every answer: may wait, or throw what the caller shall see. */
  before: (call: Call) => void | Promise<void>;
  /** `false`: every call is refused as UNAUTHENTICATED. */
  signedIn: boolean;
  /** Adds an event to the log, and tells of it. */
  happen: (event: EventItem) => void;
};

export type Input = Record<string, unknown>;

export type Procedure = (
  name: string,
  answer: (input: Input) => unknown,
) => (input?: Input) => Promise<unknown>;

/** The log grows, so that screens read again. */
export function happened(state: Held, type: string, about: User = demoOps): void {
  state.happen(eventAboutUser(state.events.length + 1, type, about));
}
