import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LATCHKEY } from "@latchkey/testing/command/command";
import { installation } from "./support/installation.ts";
import type { CommandRunner } from "@latchkey/testing/command/command-runner";
import { startServer } from "@latchkey/testing/command/server";
import { seatOf } from "./support/team.ts";
import { openTerminal } from "@latchkey/testing/terminal/pseudo-terminal";

// One's own account by command, where a person is asked on a terminal.

const EMAIL = "ada@example.com";
const BEFORE = "correct horse battery";
const AFTER = "another long password";

async function serverWithAda(): Promise<string> {
  const here = await installation();
  const { url } = await startServer(here.env);
  await here.json(["users", "add", "--email", EMAIL], BEFORE);
  return url;
}

async function signedIn(url: string): Promise<CommandRunner> {
  const commandRunner = await seatOf();
  await commandRunner.json(["login", url, "--email", EMAIL], BEFORE);
  return commandRunner;
}

const ask = ({ env }: CommandRunner, ...args: string[]) =>
  openTerminal(process.execPath, [LATCHKEY, ...args], { env });

test("login asks where, who and for the password, which never shows", async () => {
  const url = await serverWithAda();
  const commandRunner = await seatOf();
  const refused = ask(commandRunner, "login", url, "--email", EMAIL);
  await refused.shows(`Password of ${EMAIL}:`);
  refused.type("not her password\r");
  expect(await refused.ended()).toBe(4);
  expect((await commandRunner.run(["logout"])).stderr).toBe("Nobody is signed in.\n");

  const asked = ask(commandRunner, "login");
  await asked.shows("Server, like https://keys.example.com:");
  asked.type(`${url}\r`);
  await asked.shows("Email:");
  asked.type(`${EMAIL}\r`);
  await asked.shows(`Password of ${EMAIL}:`);
  asked.type(`${BEFORE}\r`);
  expect(await asked.ended()).toBe(0);
  expect(asked.screen()).toContain(`Signed in at ${new URL(url).host} as ${EMAIL} (member).`);
  for (const { written } of [refused, asked]) expect(written()).not.toMatch(/horse|not her/);
  expect(await commandRunner.json(["whoami"])).toMatchObject({ kind: "session", email: EMAIL });
});

test("password asks for the old one and twice for the new one, none of which shows", async () => {
  const url = await serverWithAda();
  const [commandRunner, other] = await Promise.all([signedIn(url), signedIn(url)]);
  const change = async (current: string, next: string, again: string) => {
    const asked = ask(commandRunner, "password");
    await asked.shows("Current password:");
    asked.type(`${current}\r`);
    await asked.shows("New password:");
    asked.type(`${next}\r`);
    await asked.shows("Once more:");
    asked.type(`${again}\r`);
    const code = await asked.ended();
    for (const typed of [current, next, again]) expect(asked.written()).not.toContain(typed);
    return [code, asked.screen()] as const;
  };
  expect(await change(BEFORE, AFTER, "something else, long")).toEqual([
    2,
    expect.stringContaining("The two passwords differ. Nothing was changed."),
  ]);
  expect((await change("not her password", AFTER, AFTER))[0]).not.toBe(0);
  expect((await other.run(["whoami"])).code).toBe(0);
  expect(await change(BEFORE, AFTER, AFTER)).toEqual([
    0,
    expect.stringContaining("Your password is changed. Your other sessions ended."),
  ]);
  expect((await commandRunner.run(["whoami"])).code).toBe(0);
  expect((await other.run(["whoami"])).code).toBe(4);
  const login = (password: string) => other.run(["login", url, "--email", EMAIL], password);
  expect((await login(BEFORE)).code).toBe(4);
  expect((await login(AFTER)).code).toBe(0);
});

test("sessions end lists where one is signed in, and takes a number or an id", async () => {
  const url = await serverWithAda();
  const [commandRunner, other, third] = [
    await signedIn(url),
    await signedIn(url),
    await signedIn(url),
  ];
  const listed = async () =>
    (await commandRunner.json<{ items: { id: string; current: boolean }[] }>(["sessions", "list"]))
      .items;
  const before = await listed();
  const chosen = before.findIndex(({ current }) => !current);

  const asked = ask(commandRunner, "sessions", "end");
  await asked.shows("Which session? Its number, or an id:");
  expect(asked.screen()).toMatch(/^ +BY +BEGAN +LAST SEEN/);
  expect(asked.screen().match(/^ [123] +http .*/gm)).toHaveLength(3);
  expect(asked.screen().match(/ this one$/gm)).toHaveLength(1);
  asked.type("4\r");
  await asked.shows("There is no number 4.");
  asked.type(`${chosen + 1}\r`);
  expect(await asked.ended()).toBe(0);
  expect(asked.screen()).toContain("The session is ended.");
  const after = await listed();
  expect(after.map(({ id }) => id)).toEqual(
    before.filter((_, index) => index !== chosen).map(({ id }) => id),
  );

  const byId = ask(commandRunner, "sessions", "end");
  await byId.shows("Which session?");
  byId.type(`${after.find(({ current }) => !current)?.id}\r`);
  expect(await byId.ended()).toBe(0);
  expect(await listed()).toMatchObject([{ current: true }]);
  const codes = [commandRunner, other, third].map(async ({ run }) => (await run(["whoami"])).code);
  expect(await Promise.all(codes)).toEqual([0, 4, 4]);

  // Nobody is asked by a program, and where nobody had to sign in there is nothing to end.
  expect((await commandRunner.run(["sessions", "end"])).stderr).toBe(
    "The session's id is missing.\n",
  );
  const none = ask(await installation(), "sessions", "end");
  expect(await none.ended()).toBe(1);
  expect(none.screen()).toContain("You have no sessions.");
});

test("a login that can't be read ends every command but the next login, which replaces it", async () => {
  const url = await serverWithAda();
  const commandRunner = await signedIn(url);
  const file = join(commandRunner.env["HOME"] as string, ".config", "latchkey", "credentials.json");
  const kept = await readFile(file, "utf8");
  await writeFile(file, kept.replace("}", ",}"));
  for (const args of [["keys", "list"], ["whoami"], ["logout"]]) {
    const { code, stderr } = await commandRunner.run(args);
    expect([args, code, stderr]).toEqual([args, 3, expect.stringContaining(`${file} is no login`)]);
  }
  await commandRunner.json(["login", url, "--email", EMAIL], BEFORE);
  expect(await commandRunner.json(["whoami"])).toMatchObject({ email: EMAIL });
  // What an editor puts before it is read over.
  await writeFile(file, `\uFEFF${await readFile(file, "utf8")}`);
  expect(await commandRunner.json(["whoami"])).toMatchObject({ email: EMAIL });
});
