import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { connect } from "../src/connection/connect.ts";
import { readCredentials } from "../src/connection/credentials.ts";

// The login is one file. Where it is there but can't be used, no other installation is asked.

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const good = {
  url: "https://keys.example.com",
  email: "ada@example.com",
  sessionToken: "lks_x",
  expiresAt: "2027-01-01T00:00:00.000Z",
};
const text = JSON.stringify(good);

let home: string;
let file: string;
let env: NodeJS.ProcessEnv;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "latchkey-login-"));
  env = { HOME: home };
  file = join(home, ".config", "latchkey", "credentials.json");
  await mkdir(join(home, ".config", "latchkey"), { recursive: true });
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** Why nothing is asked; also that nothing was made in the login's place. */
async function refusal(own: NodeJS.ProcessEnv = env): Promise<string> {
  const refused = await connect(own, {}).then(
    () => "connected",
    (error: Error) => `${error.name}: ${error.message}`,
  );
  expect(await readdir(home)).toEqual([".config"]);
  return refused;
}

describe("the login", () => {
  test.each([
    ["as it was written", text],
    ["behind a byte order mark", `\uFEFF${text}`],
    ["laid out by an editor", JSON.stringify(good, null, 2)],
  ])("is read %s", async (_, written) => {
    await writeFile(file, written, { mode: 0o600 });
    const read = readCredentials(env);
    expect([read?.url, read?.email, read?.sessionToken.reveal()]).toEqual([
      good.url,
      good.email,
      good.sessionToken,
    ]);
  });

  test("that is not there is nobody's", () => expect(readCredentials(env)).toBeNull());

  test.each([
    ["", "empty"],
    ["{", "cut off"],
    [text.replace("}", ",}"), "with a comma too many"],
    ["null", "null"],
    ["[]", "a list"],
    [JSON.stringify({ ...good, sessionToken: 7 }), "with a number for a token"],
    [JSON.stringify({ url: good.url, email: good.email }), "without a token"],
    [JSON.stringify({ ...good, url: "" }), "without an address"],
    [JSON.stringify({ ...good, url: "keys.example.com" }), "with half an address"],
    [JSON.stringify({ ...good, url: "http://keys.example.com" }), "with an address in the clear"],
    [`\uFFFE${text}`, "in another encoding"],
  ])("%j (%s) is named, and nothing else is asked", async (written) => {
    await writeFile(file, written, { mode: 0o600 });
    const refused = await refusal();
    expect(refused).toBe(
      `StartRefused: ${file} is no login that can be read. Sign in again with latchkey login, or remove it.`,
    );
    expect(refused).not.toContain(good.sessionToken);
  });

  test.each([0o644, 0o640, 0o602])("that others can reach (%o) is refused", async (mode) => {
    await writeFile(file, text);
    await chmod(file, mode);
    expect(await refusal()).toMatch(/^StartRefused: Others can read the login\. Run: chmod 600 '/);
  });

  test("whose name is a folder's is refused", async () => {
    await mkdir(file);
    expect(await refusal()).toMatch(/^StartRefused: The login .* can't be read \(EISDIR\)/);
  });

  test.runIf(isRoot)("of another account is refused, also by a link", async () => {
    await writeFile(join(home, ".config", "theirs"), text, { mode: 0o600 });
    await chown(join(home, ".config", "theirs"), NOBODY, NOBODY);
    await symlink("../theirs", file);
    expect(await refusal()).toMatch(/belongs to another account \(uid 65534\).*sudo -u '#65534'/);
    expect((await stat(join(home, ".config", "theirs"))).uid).toBe(NOBODY);
  });

  test.each([
    ["XDG_CONFIG_HOME", "config"],
    ["HOME", ""],
    ["HOME", "ada"],
    ["LATCHKEY_URL", ""],
    ["LATCHKEY_TOKEN", ""],
    ["LATCHKEY_DATA_DIR", ""],
    ["DATABASE_URL", ""],
    ["LATCHKEY_UR", "https://keys.example.com"],
    ["LATCHKEY_THEME", "purple"],
  ])("is not looked for elsewhere where %s is %j", async (name, value) => {
    expect(await refusal({ ...env, [name]: value })).toMatch(new RegExp(`^StartRefused: ${name}`));
  });

  test("is not read where a token is presented, nor where a folder was chosen", async () => {
    await writeFile(file, "{", { mode: 0o600 });
    const place = { LATCHKEY_URL: good.url, LATCHKEY_TOKEN: "sk_x" };
    await (await connect({ ...env, ...place }, {})).close();
    const dataDir = join(home, ".config", "latchkey");
    await expect(connect({ ...env, LATCHKEY_DATA_DIR: dataDir }, {})).rejects.toThrow(
      "holds other files",
    );
  });
});
