import { clock } from "../format/time.ts";

/** How the terminal hears of what others do. */
export type Link =
  /** Nothing is followed: not yet, or while nobody is signed in. */
  | { readonly kind: "none" }
  /** For the first time. */
  | { readonly kind: "joining" }
  | { readonly kind: "live" }
  | { readonly kind: "lost"; readonly since: Date }
  /** The server answers, but lets nothing be followed here: what is shown is read from time to time. */
  | { readonly kind: "refused"; readonly readAt: Date };

/** For so long a lost link is said to come back any moment. */
const RECONNECTING_MILLISECONDS = 60_000;

/** For the status line; "" where there is nothing to tell yet. */
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
