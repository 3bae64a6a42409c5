import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { type CommandRunner, commandRunnerWith } from "@latchkey/testing/command/command-runner";
import { startServer } from "@latchkey/testing/command/server";
import { type AtEnd, temporaryFolder } from "@latchkey/testing/temporary-folder";

/** An embedded installation of this test's own. */
export type Installation = CommandRunner & { readonly dataDir: string };

export async function installation(atEnd?: AtEnd): Promise<Installation> {
  const home = await temporaryFolder(atEnd);
  const dataDir = join(home, "data");
  return { dataDir, ...commandRunnerWith({ HOME: home, LATCHKEY_DATA_DIR: dataDir }) };
}

/** The same, held by a server, so that each command joins it rather than opening a database. */
export async function heldInstallation(atEnd?: AtEnd): Promise<Installation> {
  const held = await installation(atEnd);
  await startServer(held.env, atEnd === undefined ? {} : { atEnd });
  return held;
}

/**
 * One that is held for all tests of a file, since to open a database takes as long as ten commands
 * that join. They see one another's keys, so each looks for its own.
 */
export function withHeldInstallation(): () => Installation {
  const undo = new AsyncDisposableStack();
  let held: Installation;
  beforeAll(async () => {
    held = await heldInstallation((step) => undo.defer(step));
  });
  afterAll(async () => {
    await undo.disposeAsync();
  });
  return () => held;
}
