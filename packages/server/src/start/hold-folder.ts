import { composeServices } from "./compose.ts";
import { openPglite } from "../db/pglite.ts";
import { httpApp } from "../http/app.ts";
import { identifyOr } from "../http/identify.ts";
import { openDefectLog } from "../log/defect-log.ts";
import type { EmbeddedOptions, EmbeddedServer } from "./embedded-server.ts";
import { operatorOf } from "./operator.ts";
import { namingForeign } from "../files/ownership.ts";
import { placeDatabase } from "../embedded/place-database.ts";
import { serveOnSocket } from "../embedded/serve-socket.ts";

/** Opens the folder's database and serves its socket. Call it only while holding the folder's lock. */
export async function holdFolder(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const { folder, tokenPrefix, migrationsFolder, templateFolder } = options;
  const opened: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const undo of opened.splice(0).reverse()) await undo();
  };
  try {
    await placeDatabase(folder.databaseFolder, templateFolder);
    const open = await openPglite(folder.databaseFolder).catch((error: unknown) => {
      throw namingForeign(folder.path, error);
    });
    opened.push(open.close);
    const pepperFile = options.pepperFile ?? folder.pepperFile;
    const onDefect = openDefectLog(folder.logFile);
    const services = await composeServices({
      open,
      pepperFile,
      tokenPrefix,
      migrationsFolder,
      onDefect,
    });
    opened.push(services.close);
    const operator = await operatorOf(services, "local");
    const stopping = new AbortController();
    const app = httpApp({
      services,
      stopping: stopping.signal,
      // Reaching the socket is the proof, but a credential that is presented must hold.
      identify: identifyOr(operator, services),
      onDefect,
    });
    const handle = async (request: Request, env?: object) => app.fetch(request, env);
    const socket = await serveOnSocket(folder, handle);
    opened.push(socket.close, async () => stopping.abort());
    return {
      fetch: handle,
      listen: async (config, log, details) => {
        const { listen } = await import("./listen.ts");
        const listener = await listen(services, config, log, details);
        opened.push(listener.close);
        return listener;
      },
      openSsh: async (log) => {
        const { sshGateway } = await import("../ssh/gateway.ts");
        return sshGateway(services, log, stopping.signal);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
