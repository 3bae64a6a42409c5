import type { KeySort, Redacted } from "@latchkey/core";
import type { ApiKey, EventItem, PrincipalInfo, User } from "@latchkey/client";
import type { Press } from "./press.ts";
import type { FreshKey, Reply, Request } from "./request.ts";
import type { KeyAction } from "./key-action.ts";
import type { KeyContext } from "./keymap.ts";
import type { News } from "../connection/news.ts";
import type { People } from "../format/people.ts";
import type { AuditFilter } from "./audit-filter.ts";
import type { KeyFilter, KeyQuery, SortOrder } from "./query.ts";
import type { RootKind } from "./roots.ts";
import type { PaletteItem } from "./palette-item.ts";

// What screens are: reducers that return their next state, and commands.

/** Where one can go. The application makes the screen and puts it on top. */
export type Route =
  | { readonly to: "key-detail"; readonly key: ApiKey }
  | { readonly to: "json"; readonly key: ApiKey }
  | { readonly to: "key-actions"; readonly key: ApiKey }
  | { readonly to: "create-key" }
  | { readonly to: "created-key"; readonly fresh: FreshKey; readonly rotated: ApiKey | null }
  | { readonly to: "edit-key"; readonly key: ApiKey }
  | { readonly to: "rotate-key"; readonly key: ApiKey }
  | { readonly to: "revoke-key"; readonly key: ApiKey }
  | { readonly to: "delete-key"; readonly key: ApiKey }
  | { readonly to: "filter"; readonly filter: KeyFilter }
  | { readonly to: "event"; readonly events: readonly EventItem[]; readonly at: number }
  | { readonly to: "audit-filter"; readonly filter: AuditFilter }
  | { readonly to: "sort"; readonly sort: KeySort; readonly order: SortOrder }
  | { readonly to: "help"; readonly about: KeyContext }
  | { readonly to: "user"; readonly user: User }
  | { readonly to: "add-user" }
  | { readonly to: "set-role"; readonly user: User }
  | { readonly to: "set-password"; readonly whose: PasswordOwner }
  | { readonly to: "ssh-keys"; readonly whose: SshKeyOwner }
  | { readonly to: "add-ssh-key"; readonly whose: SshKeyOwner }
  | {
      readonly to: "palette";
      readonly items: readonly PaletteItem[];
      readonly keys: readonly ApiKey[];
    }
  | { readonly to: "question"; readonly question: Question }
  | { readonly to: "discard-changes" }
  | {
      readonly to: "leave-token";
      readonly key: ApiKey;
      readonly after: "continue" | "quit";
      readonly isUnseen: boolean;
    };

/** Whose password: one's own requires the current one. */
export type PasswordOwner =
  | { readonly own: true; readonly email: string }
  | { readonly own: false; readonly id: User["id"]; readonly email: string };

export type SshKeyOwner = {
  readonly id: User["id"];
  readonly email: string;
  readonly own: boolean;
};

/** Asked before something that should not happen by accident. Plain data. */
export type Question = {
  readonly title: string;
  readonly text: string;
  /** On the button that does it. */
  readonly action: string;
  /** For what can't be undone. */
  readonly danger: boolean;
  readonly working: string;
  readonly request: Request<
    "users.disable" | "users.enable" | "auth.endSession" | "sshKeys.remove"
  >;
  /** The notice once it is done. */
  readonly done: string;
};

/** A message from a dialog to the screen below it. */
type ScreenMessage =
  | { readonly about: "key-list"; readonly query: Partial<KeyQuery> }
  | { readonly about: "audit"; readonly filter: AuditFilter };

export type Notice = { readonly tone: "info" | "error"; readonly text: string };

/** What a screen asks of the application beside its own next state. Plain data; the application runs it. */
export type Command =
  | { readonly command: "open"; readonly route: Route }
  /** Closes this screen, and a number of others below it. */
  | { readonly command: "close"; readonly alsoBelow?: number }
  /** Down to the screen that everything here was opened from. */
  | { readonly command: "close-to-root" }
  | { readonly command: "jump"; readonly to: RootKind }
  /** As if a key had been pressed on the top layer. */
  | { readonly command: "press"; readonly name: string }
  | { readonly command: "notify"; readonly notice: Notice | null }
  | { readonly command: "ask"; readonly ask: number; readonly request: Request }
  /** Comes back to the same screen as `elapsed` with the same number. */
  | { readonly command: "wait"; readonly milliseconds: number; readonly number: number }
  /** Afterwards a notice names `what`; without it this screen is notified (`copied`). */
  | { readonly command: "copy"; readonly text: string | Redacted<string>; readonly what?: string }
  /** The new state of a key: every screen that shows it takes it over. */
  | { readonly command: "key-changed"; readonly key: ApiKey }
  | { readonly command: "key-deleted"; readonly id: string }
  | { readonly command: "user-changed"; readonly user: User }
  /** Something else was changed on the server. */
  | { readonly command: "changed" }
  | { readonly command: "send"; readonly message: ScreenMessage }
  | { readonly command: "quit" };

export type Update<State> = readonly [state: State, commands?: readonly Command[]];

/** What reducers may read beside their own state. */
export type Context = {
  readonly now: Date;
  readonly principal: PrincipalInfo | null;
  readonly people: People;
  /** The columns of pages, beside the navigation. */
  readonly columns: number;
  readonly rows: number;
};

/** What each kind of screen provides: only reducers, no drawing. */
export type Screen<State> = {
  press(state: State, press: Press, context: Context): Update<State>;
  answer?(state: State, answer: Reply, context: Context): Update<State>;
  elapsed?(state: State, number: number, context: Context): Update<State>;
  /** The key that it is about. Without `refresh`, that key is read for it. */
  about?(state: State): ApiKey;
  /** What it was opened to do to that key: if that is no longer possible, it can only be closed. */
  action?: KeyAction;
  /** Whether it shows anything that this is about, beside the key that it is about itself. */
  concerns?(state: State, news: News, context: Context): boolean;
  /** The key changed, here or elsewhere. */
  keyChanged?(state: State, key: ApiKey, context: Context): State;
  /** Its text was copied: by a program, or by the terminal (`null`). */
  copied?(state: State, by: string | null): State;
  keyDeleted?(state: State, id: string): State;
  userChanged?(state: State, user: User): State;
  receive?(state: State, message: ScreenMessage, context: Context): Update<State>;
  /** Something happened on the server: read again, silently. */
  refresh?(state: State, context: Context): Update<State>;
  /** Whether one of its commands would do something now; by default all do. */
  offers?(state: State, action: string, context: Context): boolean;
  /** Another word for a command in the hint line, when the usual one does not fit. */
  wordFor?(state: State, action: string, context: Context): string | null;
  /** Whether its last read failed: it is repeated once the server answers. */
  isBehind?(state: State): boolean;
};
