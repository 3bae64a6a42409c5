import { PresentedToken } from "@latchkey/core";

/** A token that holds together, as a request presents it. */
export function presented(token: string): PresentedToken {
  const parsed = PresentedToken.parse(token);
  if (parsed === null) throw new Error("not a token");
  return parsed;
}
