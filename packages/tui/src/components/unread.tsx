import { failureOf, type Remote } from "../kit/remote.ts";
import { Centered } from "./centered.tsx";

/** In the place of rows that could not be read so far. Why not is said at the bottom of the page. */
export function Unread({ of }: { readonly of: Remote<unknown> }) {
  return failureOf(of) === null ? <Centered lines={[{ text: "Loading…", muted: true }]} /> : null;
}
