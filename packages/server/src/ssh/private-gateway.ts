import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SshGateway } from "./gateway.ts";
import { serveSshSocket } from "./gateway-socket.ts";

/** What our own SSH process needs, and what it reports to. */
export type PrivateGateway = Pick<
  SshGateway,
  "refused" | "defect" | "processListens" | "processEnded"
> & {
  /** A Unix socket (0600) in a folder of its own (0700). */
  readonly socketPath: string;
  /** Ends every session. */
  readonly close: () => Promise<void>;
};

/** @throws StartRefused if there can be no socket */
export async function openPrivateGateway(gateway: SshGateway): Promise<PrivateGateway> {
  await using starting = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "latchkey-ssh-"));
  starting.defer(() => rm(folder, { recursive: true, force: true }));
  const socketPath = join(folder, "socket");
  starting.defer((await serveSshSocket(socketPath, gateway, true)).close);
  const running = starting.move();
  return { ...gateway, socketPath, close: () => running.disposeAsync() };
}
