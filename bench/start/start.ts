import { join } from "node:path";
import { startServer } from "@latchkey/testing/command/server";
import type { Figure } from "../figure.ts";
import { type Fixture, type Group, inTurn } from "../fixture.ts";
import { bareNode, openScreen } from "../screen.ts";
import { runLatchkey } from "../run-latchkey.ts";

// From the start of the built command in a pseudo-terminal to what a person sees.

const ROUNDS = 15;
const LIST = "No secret API keys yet.";
const PASSWORD = "correct horse battery";

export const start: Group = {
  name: "start",
  title: "from the start of `latchkey` in a pseudo-terminal, in milliseconds",
  measure,
};

async function measure(fixture: Fixture): Promise<Figure[]> {
  const root = await fixture.folder();
  const signedIn = await signIn(fixture, root);
  const existing = { HOME: root, LATCHKEY_DATA_DIR: join(root, "existing") };
  const joined = { HOME: root, LATCHKEY_DATA_DIR: join(root, "joined") };
  const holder = openScreen({ env: joined });
  fixture.atEnd(holder.quit);
  await holder.writes(LIST);

  const firstBytes: number[] = [];
  const list = async (env: Record<string, string>): Promise<number> => {
    const screen = openScreen({ env });
    const at = await screen.writes(LIST);
    await screen.quit();
    firstBytes.push(screen.firstByte());
    return at;
  };
  fixture.doing("a first start, which fills the compile cache and is not counted");
  for (const env of [signedIn, existing, joined]) await list(env);
  firstBytes.length = 0;

  let fresh = 0;
  const runs = await inTurn(fixture, ROUNDS, {
    node: bareNode,
    http: () => list(signedIn),
    joined: () => list(joined),
    existing: () => list(existing),
    command: async () => {
      const started = performance.now();
      await runLatchkey(["keys", "list"], existing);
      return performance.now() - started;
    },
    first: () => list({ HOME: root, LATCHKEY_DATA_DIR: join(root, `new-${(fresh += 1)}`) }),
  });

  const ms = { unit: "ms" } as const;
  const node: Figure = { ...ms, what: "node -e, its first byte", runs: runs.node };
  const atMost = (limit: number) => [{ of: "value", atMost: limit }] as const;
  return [
    node,
    { ...ms, what: "something on the screen", runs: firstBytes, against: node, bars: atMost(150) },
    {
      ...ms,
      what: "list, of a running server over HTTP",
      runs: runs.http,
      against: node,
      bars: atMost(230),
    },
    { ...ms, what: "list, joined to a running terminal", runs: runs.joined, against: node },
    {
      ...ms,
      what: "list, existing embedded database",
      runs: runs.existing,
      against: node,
      bars: atMost(1200),
    },
    {
      ...ms,
      what: "`keys list` of the same, until its process has ended",
      runs: runs.command,
      against: node,
    },
    { ...ms, what: "list, very first run", runs: runs.first, against: node, bars: atMost(3000) },
  ];
}

/** A server with an admin, and the environment of somebody who is signed in there as that admin. */
async function signIn(fixture: Fixture, root: string): Promise<Record<string, string>> {
  fixture.doing("a server, and somebody signed in there");
  const operator = { HOME: root, LATCHKEY_DATA_DIR: join(root, "served") };
  const email = "ada@example.com";
  await runLatchkey(["users", "add", "--email", email, "--role", "admin"], operator, PASSWORD);
  const { url } = await startServer(operator, { atEnd: fixture.atEnd });
  const person = { HOME: join(root, "home") };
  await runLatchkey(["login", url, "--email", email], person, PASSWORD);
  return person;
}
