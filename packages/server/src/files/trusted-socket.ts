import { lstatSync } from "node:fs";
import { dirname } from "node:path";
import { StartRefused } from "../faults/start-refused.ts";
import { isTrusted } from "./ownership.ts";

const WRITABLE_BY_OTHERS = 0o002;
const STICKY = 0o1000;

/**
 * Checks a Unix socket before anything is sent to it: in a folder where everybody may create files, such as the
 * temporary folder, somebody else could listen in the place of the server. A missing socket passes.
 *
 * @throws StartRefused naming the socket
 */
export function requireTrustedSocket(path: string): void {
  const folderPath = dirname(path);
  const folder = lstatSync(folderPath, { throwIfNoEntry: false });
  const socket = lstatSync(path, { throwIfNoEntry: false });
  if (folder === undefined || socket === undefined) return;
  const isOpen = (folder.mode & WRITABLE_BY_OTHERS) !== 0;
  const isKept = !isOpen || ((folder.mode & STICKY) !== 0 && isTrusted(socket));
  const isOfFolder = socket.uid === folder.uid || isTrusted(socket);
  if (isKept && isOfFolder) return;
  throw new StartRefused(
    `Others may have put ${path} there. Use a socket in a folder that its server's account alone can write.`,
  );
}

/** The same for a socket that only this account's own processes listen on. Throws `StartRefused`. */
export function requireOwnSocket(path: string): void {
  if (isOwnFolder(dirname(path))) return requireTrustedSocket(path);
  throw new StartRefused(
    `${dirname(path)} belongs to another account. End whatever holds the data folder, then start again.`,
  );
}

/** Whether nobody else has put a folder, or a link to one, in this place. */
export function isOwnFolder(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found === undefined || (isTrusted(found) && found.isDirectory());
}
