import type { Redacted } from "@latchkey/core";
import type { Failure } from "../format/failure.ts";
import type { Notice } from "../kit/screen.ts";
import type { News } from "../connection/news.ts";
import type { CopiedBy } from "./clipboard.ts";
import type { Press } from "../kit/press.ts";
import type { Reply, Request } from "../kit/request.ts";

/** What happens to the application, from outside. */
export type Message =
  | { readonly type: "pressed"; readonly press: Press }
  | {
      readonly type: "answered";
      readonly layer: number;
      /** The session in which it was requested. */
      readonly session: number;
      readonly answer: Reply;
    }
  | { readonly type: "elapsed"; readonly layer: number; readonly number: number }
  | {
      readonly type: "copied";
      readonly layer: number;
      readonly what: string | undefined;
      readonly by: CopiedBy;
    }
  | {
      readonly type: "connected";
      readonly place: string;
      /** `null` if nobody signs in. */
      readonly signIn: { readonly lastEmail: string } | null;
    }
  | { readonly type: "signed-in"; readonly number: number }
  | { readonly type: "sign-in-failed"; readonly number: number; readonly failure: Failure }
  | { readonly type: "connect-failed"; readonly message: string }
  | { readonly type: "resized"; readonly columns: number; readonly rows: number }
  /** There is a picture now. */
  | { readonly type: "painted" }
  /** The clock moved. */
  | { readonly type: "ticked" }
  /** The log is followed: nothing is missed from here on. */
  | { readonly type: "joined" }
  | { readonly type: "lost"; readonly failure: Failure }
  | { readonly type: "happened"; readonly news: readonly News[] }
  | { readonly type: "notified"; readonly notice: Notice };

/** What the application wants done outside. Plain data, so that reducers stay pure. */
export type Effect =
  | { readonly type: "connect" }
  | {
      readonly type: "ask";
      readonly layer: number;
      readonly ask: number;
      readonly session: number;
      readonly request: Request;
    }
  | {
      readonly type: "sign-in";
      readonly number: number;
      readonly email: string;
      readonly password: Redacted<string>;
    }
  | {
      readonly type: "wait";
      readonly layer: number;
      readonly milliseconds: number;
      readonly number: number;
    }
  | {
      readonly type: "copy";
      readonly layer: number;
      readonly text: string | Redacted<string>;
      readonly what: string | undefined;
    }
  | { readonly type: "follow" }
  | { readonly type: "unfollow" }
  | { readonly type: "suspend" }
  | { readonly type: "quit"; readonly exitCode: number };
