import type { Command } from "commander";
import type { Console } from "./console.ts";
import { command } from "./options.ts";
import { type CommonOptions, fail } from "./run-command.ts";

/** latchkey serve: the HTTP server, until it is told to stop. */
export function serveCommand(console: Console, exit: (code: number) => void): Command {
  return command("serve", "serve over HTTP (LATCHKEY_HOST, LATCHKEY_PORT)").action(
    async (options: CommonOptions) => exit(await runServer(console, options)),
  );
}

async function runServer(console: Console, options: CommonOptions): Promise<number> {
  try {
    const { serve } = await import("../installation/connect.ts");
    const server = await serve(console.env, options);
    console.err(`Latchkey listens on ${server.url}`);
    await toldToStop();
    await server.close();
    return 0;
  } catch (error) {
    return fail(console, options, error);
  }
}

function toldToStop(): Promise<void> {
  return new Promise((stop) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => stop());
  });
}
