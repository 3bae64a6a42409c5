import type { Figure } from "../figure.ts";
import { type Fixture, type Group, inTurn } from "../fixture.ts";
import { calling, startLoader, verifying } from "../loader.ts";
import { type Request, TOKEN } from "../programs/load.ts";
import { checkingKey, seededInstallation } from "./installation.ts";
import { startServer } from "./processes.ts";

// Checks of warm keys over HTTP, against what does nothing on the same stack.

const ROUNDS = 7;
const LOAD = { connections: 32, seconds: 2 };

export const checks: Group = {
  name: "checks",
  title: "Checks over HTTP, 32 connections, 100,000 keys of which 1,000 are in use",
  measure,
};

async function measure(fixture: Fixture): Promise<Figure[]> {
  const installation = await seededInstallation(fixture, 100_000);
  const load = startLoader(fixture);
  const noop = await startServer(fixture, "noop-server.ts");
  const latchkey = await startServer(fixture, "latchkey-server.ts", installation.env);
  const credential = await checkingKey(installation);
  const tokens = installation.tokens.slice(0, 1000);
  const of = (url: string, request: Request) => () => load({ ...LOAD, url, request, tokens });
  const call = (procedure: string) => calling(procedure, { token: TOKEN }, credential);
  const contenders = {
    node: of(noop.url, verifying),
    verify: of(latchkey.url, verifying),
    noop: of(latchkey.url, call("noop.withToken")),
    keysVerify: of(latchkey.url, call("keys.verify")),
  };
  fixture.doing("warming up");
  for (const contender of Object.values(contenders)) await contender();
  const runs = await inTurn(fixture, ROUNDS, contenders);

  const node: Figure = { what: "node:http, a no-op", unit: "ops/s", runs: runs.node };
  const noopMutation: Figure = { what: "tRPC, a no-op mutation", unit: "ops/s", runs: runs.noop };
  return [
    node,
    {
      what: "/verify",
      unit: "ops/s",
      runs: runs.verify,
      against: node,
      bars: [{ of: "ratio", atLeast: 0.7 }],
    },
    noopMutation,
    {
      what: "keys.verify",
      unit: "ops/s",
      runs: runs.keysVerify,
      against: noopMutation,
      bars: [{ of: "ratio", atLeast: 0.9 }],
    },
  ];
}
