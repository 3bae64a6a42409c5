import { clock } from "../format/time.ts";

/** Whether the terminal is notified of what others do. */
export type Link =
  /** Nothing is followed: not yet, or while nobody is signed in. */
  | { readonly kind: "none" }
  /** Connecting for the first time. */
  | { readonly kind: "joining" }
  | { readonly kind: "live" }
  | { readonly kind: "lost"; readonly since: Date }
  /** The server answers, but refuses a watch: what is shown is read periodically. */
  | { readonly kind: "refused"; readonly readAt: Date };

/** For this long a lost connection is shown as reconnecting. */
const RECONNECTING_MILLISECONDS = 60_000;

/** For the status line; "" if there is nothing to show yet. */
export function linkText(link: Link, now: Date): string {
  switch (link.kind) {
    case "none":
    case "joining":
      return "";
    case "live":
      return "live";
    case "lost": {
      const long = now.getTime() - link.since.getTime() >= RECONNECTING_MILLISECONDS;
      return `${long ? "offline" : "reconnecting"} since ${clock(link.since)}`;
    }
    case "refused":
      return "not live";
  }
}
