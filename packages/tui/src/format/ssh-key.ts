import type { SshKey } from "@latchkey/client";

/** How far a key is known to be its user's: whether they proved it, and who added it where they did not. */
export function standingText(
  { proven, addedBy, userId }: SshKey,
  personOf: (userId: string) => string,
): string {
  const proof = proven ? "proven" : "not proven";
  return addedBy === userId ? proof : `${proof}, by ${personOf(addedBy)}`;
}
