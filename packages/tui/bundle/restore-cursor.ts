/**
 * Stands in for `restore-cursor`, which shows the cursor at a process's end by writing to standard error,
 * whatever that is: a server's log, in which it had no part. Ink shows the cursor itself when it ends.
 */
export default function restoreCursor(): void {
  process.once("exit", () => {
    if (process.stdout.isTTY) process.stdout.write("\u001B[?25h");
  });
}
