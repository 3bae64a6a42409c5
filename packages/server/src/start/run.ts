import type { Config } from "../config/config.ts";
import { type Details, httpApp } from "../http/app.ts";
import { identifyOr } from "../http/identify.ts";
import type { Log } from "../log/log.ts";
import type { SshGateway } from "../ssh/gateway.ts";
import { type AppOptions, composeServices } from "./compose.ts";
import type { Listener } from "./listen.ts";
import { operatorOf } from "./operator.ts";

/** The application as the operator sees it. `env` is Node's own request and response, if there are any. */
type Handler = (request: Request, env?: object) => Promise<Response>;

/** A server inside this process. */
export type RunningServer = {
  readonly fetch: (request: Request) => Promise<Response>;
  /** Serves it over TCP too, where nobody is the operator. Throws `StartRefused`. */
  readonly listen: (config: Config, log: Log, details?: Details) => Promise<Listener>;
  /** Accepts people who come by SSH, until it closes. */
  readonly openSsh: (log: Log) => Promise<SshGateway>;
  /** Closes listeners first, then the rest. */
  readonly close: () => Promise<void>;
};

export type RunOptions = AppOptions & {
  /** How the operator reaches it. */
  readonly via: "local" | "process";
  /** Serves the operator from other processes. */
  readonly share?: (handle: Handler) => Promise<{ readonly close: () => Promise<void> }>;
  /** For the log of a server that listens. */
  readonly warnings?: readonly string[];
};

/**
 * Runs the application on an open database, which it closes: at its end, or if it fails to start.
 *
 * @throws StartRefused for a newer schema, a wrong or a missing pepper
 */
export async function run({
  via,
  share,
  warnings = [],
  ...app
}: RunOptions): Promise<RunningServer> {
  await using starting = new AsyncDisposableStack();
  starting.defer(app.open.close);
  const services = await composeServices(app);
  starting.defer(services.close);
  const operator = await operatorOf(services, via);
  const stopping = new AbortController();
  const { fetch } = httpApp({
    services,
    stopping: stopping.signal,
    // Reaching it is the proof, but a presented credential must be valid.
    identify: identifyOr(operator, services),
    onDefect: app.onDefect,
  });
  const handle: Handler = async (request, env) => fetch(request, env);
  if (share !== undefined) starting.defer((await share(handle)).close);
  starting.defer(() => stopping.abort());
  const running = starting.move();
  return {
    fetch: (request) => handle(request),
    listen: async (config, log, details) => {
      for (const warning of warnings) log.warn(warning);
      const { listen } = await import("./listen.ts");
      const listener = await listen(services, config, log, details);
      running.defer(listener.close);
      return listener;
    },
    openSsh: async (log) => {
      const { sshGateway } = await import("../ssh/gateway.ts");
      return sshGateway(services, log, stopping.signal);
    },
    close: () => running.disposeAsync(),
  };
}
