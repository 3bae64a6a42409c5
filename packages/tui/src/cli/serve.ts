import type { Command } from "commander";
import type { Console } from "./console.ts";
import { command } from "./options.ts";
import { type CommonOptions, fail, print } from "./run-command.ts";

/** latchkey serve: the HTTP server, until it is told to stop. */
export function serveCommand(console: Console, exit: (code: number) => void): Command {
  return command("serve", "serve over HTTP (LATCHKEY_HOST, LATCHKEY_PORT)").action(
    async (options: CommonOptions) => exit(await runServer(console, options)),
  );
}

async function runServer(console: Console, options: CommonOptions): Promise<number> {
  try {
    const { serve } = await import("../installation/on-this-machine.ts");
    const server = await serve(console.env, options.dataDir);
    const { url } = server;
    print(console, options, { json: { url }, text: "", aside: `Latchkey listens on ${url}` });
    await toldToStop();
    await server.close();
    return 0;
  } catch (error) {
    return fail(console, options, error);
  }
}

/** Told twice, it ends at once: from the first signal on, the next one does what signals do. */
function toldToStop(): Promise<void> {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  return new Promise((stop) => {
    const stopOnce = () => {
      for (const signal of signals) process.off(signal, stopOnce);
      stop();
    };
    for (const signal of signals) process.on(signal, stopOnce);
  });
}
