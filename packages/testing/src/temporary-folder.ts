import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Takes what is to be done at the end: of a test (`onTestFinished`), or of a whole file. */
export type AtEnd = (step: () => Promise<void>) => void;

/** A folder of this test's own, or of whatever `atEnd` belongs to, that goes when it ends. */
export async function temporaryFolder(atEnd: AtEnd = onTestFinished): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-test-"));
  atEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}
