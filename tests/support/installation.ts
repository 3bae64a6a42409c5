import { join } from "node:path";
import { type Seat, seatWith } from "./seat.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** An embedded installation of this test's own. */
export type Installation = Seat & { readonly dataDir: string };

export async function installation(): Promise<Installation> {
  const home = await temporaryFolder();
  const dataDir = join(home, "data");
  return { dataDir, ...seatWith({ HOME: home, LATCHKEY_DATA_DIR: dataDir }) };
}

/** The same, held by a terminal, so that each command joins it rather than opening a database. */
export async function heldInstallation(): Promise<Installation> {
  const held = await installation();
  const holder = held.terminal();
  await holder.shows("No secret API keys yet.");
  return held;
}
