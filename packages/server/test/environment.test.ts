import { inspect } from "node:util";
import { expect, test } from "vitest";
import { dataDirOf, readConfig } from "../src/config/config.ts";
import { readPostgresUrl } from "../src/db/postgres-url.ts";
import { baseFolder } from "../src/files/base-folder.ts";

// What is set and can't be meant is named, and nothing else is taken in its place.

const refusal = (env: NodeJS.ProcessEnv, dataDir?: string): string => {
  try {
    readConfig(env, dataDir);
    return "taken";
  } catch (error) {
    const { name, code, message } = error as Error & { code: string };
    return `${name} ${code}: ${message}`;
  }
};

test.each([
  ["DATABASE_URL", ""],
  ["LATCHKEY_DATA_DIR", ""],
  ["LATCHKEY_LISTEN_URL", ""],
  ["LATCHKEY_PEPPER_FILE", ""],
  ["LATCHKEY_SSH_HOST_KEY_FILE", ""],
  ["LATCHKEY_SSH_SOCKET", ""],
  ["LATCHKEY_TOKEN", ""],
  ["LATCHKEY_URL", ""],
])("%s that is set but empty is refused", (name, value) => {
  expect(refusal({ HOME: "/home/ada", [name]: value })).toBe(
    `StartRefused INPUT_INVALID: ${name} is set but empty. Give it a value, or unset it.`,
  );
});

test.each(["LATCHKEY_HOST", "LATCHKEY_PORT", "LATCHKEY_LOG_LEVEL", "LATCHKEY_ALLOWED_HOSTS"])(
  "%s that is empty counts as absent",
  (name) => expect(refusal({ HOME: "/home/ada", [name]: "" })).toBe("taken"),
);

test.each([
  ["HOME", ""],
  ["HOME", "ada"],
  ["XDG_DATA_HOME", "data"],
  ["XDG_DATA_HOME", "./data"],
  ["XDG_DATA_HOME", "~/data"],
  ["LATCHKEY_DATA_DIR", "data"],
  ["LATCHKEY_DATA_DIR", "~/latchkey"],
  ["LATCHKEY_PEPPER_FILE", "pepper"],
  ["LATCHKEY_SSH_HOST_KEY_FILE", "../key"],
  ["LATCHKEY_SSH_SOCKET", "ssh.sock"],
])("%s=%s is refused: it would be another file in each folder", (name, value) => {
  expect(refusal({ [name]: value })).toMatch(
    new RegExp(`^StartRefused INPUT_INVALID: ${name} must be an absolute path\\.$`),
  );
});

test.each([
  ["LATCHKEY_DATADIR", "LATCHKEY_DATA_DIR"],
  ["LATCHKEY_DATA_DRI", "LATCHKEY_DATA_DIR"],
  ["LATCHKEY_TOKENS", "LATCHKEY_TOKEN"],
  ["LATCHKEY_PEPER_FILE", "LATCHKEY_PEPPER_FILE"],
])("%s is taken for a slip of the pen", (typed, meant) => {
  expect(refusal({ HOME: "/home/ada", [typed]: "/x" })).toBe(
    `StartRefused INPUT_INVALID: ${typed} means nothing. Did you mean ${meant}?`,
  );
});

test.each(["LATCHKEY_SERVICE_HOST", "LATCHKEY_PORT_7420_TCP_ADDR", "LATCHKEY_BACKUP_BUCKET"])(
  "%s, of somebody else, is left alone",
  (name) => expect(refusal({ HOME: "/home/ada", [name]: "10.0.0.1" })).toBe("taken"),
);

test("an empty --data-dir is refused; a relative one is meant from here", () => {
  expect(refusal({}, "")).toMatch(/^StartRefused INPUT_INVALID: --data-dir is empty/);
  expect(readConfig({}, "data").dataDir).toBe(`${process.cwd()}/data`);
});

test("where things lie by default", () => {
  const at = (env: NodeJS.ProcessEnv) => readConfig(env).dataDir;
  expect(at({ HOME: "/home/ada" })).toBe("/home/ada/.local/share/latchkey");
  expect(at({ HOME: "/home/ada", XDG_DATA_HOME: "" })).toBe("/home/ada/.local/share/latchkey");
  expect(at({ HOME: "ada", XDG_DATA_HOME: "/data" })).toBe("/data/latchkey");
  expect(at({ HOME: "", LATCHKEY_DATA_DIR: "/srv/keys" })).toBe("/srv/keys");
  expect(baseFolder({ HOME: "/home/ada" }, "XDG_CONFIG_HOME")).toBe("/home/ada/.config");
});

test("an account without a home must name the folder that it needs", () => {
  expect(() => dataDirOf({ dataDir: null })).toThrow(/no home folder.*LATCHKEY_DATA_DIR/);
});

test("a configuration that is printed shows no password of a database", () => {
  const url = "postgres://u:hunter2hunter2@db/keys";
  const config = readConfig({ DATABASE_URL: url, LATCHKEY_LISTEN_URL: url }, "/data");
  expect(inspect(config) + JSON.stringify(config)).not.toContain("hunter2");
  expect(config.databaseUrl?.reveal()).toBe(url);
  expect(inspect(readPostgresUrl(url))).not.toContain("hunter2");
});
