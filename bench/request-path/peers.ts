import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import postgres from "postgres";
import type { Figure } from "../figure.ts";
import { type Fixture, type Group, inTurn } from "../fixture.ts";
import { startLoader, verifying } from "../loader.ts";
import { seededInstallation } from "./installation.ts";
import { startServer } from "./processes.ts";

// Verifications a second, next to what others offer, on the same PostgreSQL. The peers are called in
// their own process, without HTTP; Latchkey over HTTP.

const ROUNDS = 3;
const LOAD = { connections: 32, seconds: 5 };
const folder = fileURLToPath(new URL("../peers/", import.meta.url));

export const peers: Group = {
  name: "peers",
  title: "Verifications of one key a second, beside its peers",
  measure,
};

async function measure(fixture: Fixture): Promise<Figure[]> {
  if (!existsSync(`${folder}node_modules`)) {
    fixture.doing("installing the peers (some minutes, once)");
    const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    await promisify(execFile)("npm", args, { cwd: folder });
  }
  const installation = await seededInstallation(fixture, 1000);
  const load = startLoader(fixture);
  const { url } = await startServer(fixture, "latchkey-server.ts", installation.env);
  const tokens = installation.tokens.slice(0, 1);
  const runs = await inTurn(fixture, ROUNDS, {
    betterAuth: () => peer(installation.postgres.url, "better-auth"),
    medusa: () => peer(installation.postgres.url, "medusa"),
    latchkey: () => load({ ...LOAD, url, request: verifying, tokens }),
  });
  const betterAuth: Figure = { what: "@better-auth/api-key", unit: "ops/s", runs: runs.betterAuth };
  const medusa: Figure = { what: "@medusajs/api-key", unit: "ops/s", runs: runs.medusa };
  const latchkey = (against: Figure, atLeast: number): Figure => ({
    what: `Latchkey's /verify, against ${against.what}`,
    unit: "ops/s",
    runs: runs.latchkey,
    against,
    bars: [{ of: "ratio", atLeast }],
  });
  return [betterAuth, latchkey(betterAuth, 20), medusa, latchkey(medusa, 500)];
}

let databases = 0;

async function peer(server: string, name: string): Promise<number> {
  databases += 1;
  const database = `peer_${databases}`;
  const admin = postgres(server, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${database}`);
  await admin.end();
  const url = new URL(server);
  url.pathname = database;
  const child = spawn(process.execPath, [`${folder}${name}.mjs`], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: url.href, NODE_OPTIONS: "" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    printed += chunk;
  });
  const [code] = await once(child, "close");
  const line = printed.split("\n").findLast((each) => each.startsWith('{"perSecond"'));
  if (line === undefined) throw new Error(`${name} ended with ${code} and told nothing`);
  return (JSON.parse(line) as { perSecond: number }).perSecond;
}
