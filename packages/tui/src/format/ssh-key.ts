import type { SshKey } from "@latchkey/client";

/** Whether its user proved a key, and who added it if they did not. */
export function standingText(
  { proven, addedBy, userId }: SshKey,
  personOf: (userId: string) => string,
): string {
  const proof = proven ? "proven" : "not proven";
  return addedBy === userId ? proof : `${proof}, by ${personOf(addedBy)}`;
}
