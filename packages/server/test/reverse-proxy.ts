import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "@latchkey/testing/free-port";
import { until } from "@latchkey/testing/until";

// A real nginx and a real Caddy, on the configurations of docs/proxies with other addresses in them.

/** Debian keeps nginx where only root looks. */
const env = { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin` };

const DOCS = fileURLToPath(new URL("../../../docs/proxies/", import.meta.url));

type ReverseProxy = { readonly url: string; readonly stop: () => Promise<void> };

/** Where Latchkey and the application are: `127.0.0.1:PORT`. */
type Behind = {
  readonly latchkey: string;
  readonly application: string;
  /** Lines of the configuration that somebody left out. */
  readonly without?: readonly string[];
};

export type ProxyKind = {
  readonly name: string;
  readonly isInstalled: boolean;
  readonly start: (behind: Behind) => Promise<ReverseProxy>;
};

export const nginx: ProxyKind = {
  name: "nginx",
  isInstalled: isInstalled("nginx", "-v"),
  start: async (behind) => {
    const folder = await mkdtemp(join(tmpdir(), "latchkey-nginx-"));
    const port = await freePort();
    const site = replaceAll(await readFile(`${DOCS}nginx.conf`, "utf8"), {
      "listen 8000;": `listen 127.0.0.1:${port};`,
      "server 127.0.0.1:7420;": `server ${behind.latchkey};`,
      "server 127.0.0.1:8080;": `server ${behind.application};`,
    });
    await writeFile(join(folder, "site.conf"), site);
    const leftOut = Object.fromEntries((behind.without ?? []).map((line) => [line, ""]));
    const request = replaceAll(await readFile(`${DOCS}latchkey-request.conf`, "utf8"), leftOut);
    await writeFile(join(folder, "latchkey-request.conf"), request);
    await copyFile(`${DOCS}latchkey-identity.conf`, join(folder, "latchkey-identity.conf"));
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (kind) => `${kind}_temp_path ${folder}/${kind};`,
    );
    const whole = `daemon off; master_process off; pid ${folder}/pid; error_log stderr;
      events {} http { access_log off; ${temporary.join(" ")} include site.conf; }`;
    await writeFile(join(folder, "nginx.conf"), whole);
    const args = ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", "stderr"];
    return run("nginx", args, folder, port);
  },
};

export const caddy: ProxyKind = {
  name: "Caddy",
  isInstalled: isInstalled("caddy", "version"),
  start: async (behind) => {
    const folder = await mkdtemp(join(tmpdir(), "latchkey-caddy-"));
    const port = await freePort();
    const site = replaceAll(await readFile(`${DOCS}Caddyfile`, "utf8"), {
      ":8000 {": `:${port} {`,
      "forward_auth 127.0.0.1:7420 ": `forward_auth ${behind.latchkey} `,
      "reverse_proxy 127.0.0.1:8080": `reverse_proxy ${behind.application}`,
    });
    const whole = `{\n admin off\n auto_https off\n default_bind 127.0.0.1\n}\n${site}`;
    await writeFile(join(folder, "Caddyfile"), whole);
    const args = ["run", "--config", join(folder, "Caddyfile"), "--adapter", "caddyfile"];
    return run("caddy", args, folder, port);
  },
};

function isInstalled(command: string, ...args: string[]): boolean {
  if (spawnSync(command, args, { env }).status === 0) return true;
  console.warn(
    `Skipped what needs ${command}: it is not installed. On Debian, .ci/run installs it.`,
  );
  return false;
}

/** The text with other addresses. What is to be replaced must be there: the documents are tested. */
function replaceAll(text: string, replacements: Readonly<Record<string, string>>): string {
  return Object.entries(replacements).reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`there is no ${from} in the configuration`);
    return changed.replaceAll(from, to);
  }, text);
}

async function run(
  command: string,
  args: readonly string[],
  folder: string,
  port: number,
): Promise<ReverseProxy> {
  const child = spawn(command, args, {
    env: { ...env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const closed = once(child, "close");
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const stop = async () => {
    child.kill("SIGKILL");
    await closed;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await until(async () => {
      if (hasEnded(child)) throw new Error(`${command} ended:\n${said}`);
      return canConnect(port);
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, stop };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function canConnect(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
