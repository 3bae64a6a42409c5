import { expect, test, vi } from "vitest";
import { run } from "./support/command.ts";

test("what is tested knows nothing of the desktop, folders and settings of whoever tests", async () => {
  const theirs = [
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "SSH_CONNECTION",
    "SSH_AUTH_SOCK",
    "COLORTERM",
    "STY",
    "TMUX",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "LATCHKEY_TOKEN",
    "DATABASE_URL",
  ];
  for (const name of theirs) vi.stubEnv(name, "theirs");
  const { stdout } = await run("env", [], { env: { HOME: "/nowhere" } });
  vi.unstubAllEnvs();
  const lines = stdout.trim().split("\n");
  expect(lines.filter((line) => line.endsWith("=theirs"))).toEqual([]);
  expect(lines).toEqual(expect.arrayContaining(["HOME=/nowhere", `PATH=${process.env["PATH"]}`]));
});
