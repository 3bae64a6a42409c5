import { PresentedToken } from "@latchkey/core";
import type { FoundAsOf } from "../../verification/known-keys.ts";
import type { Services } from "../services.ts";

/** What a verifier needs to know of a token, by the database. What is not a token is not looked up. */
export async function resolveKey(
  { keys }: Pick<Services, "keys">,
  { token: presented }: { readonly token: string },
): Promise<FoundAsOf> {
  const token = PresentedToken.parse(presented);
  return token === null ? keys.none() : keys.read(token);
}
