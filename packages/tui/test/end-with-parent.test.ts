import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { until } from "@latchkey/testing/until";
import { expect, onTestFinished, test } from "vitest";

const MODULE = fileURLToPath(new URL("../src/ssh/end-with-parent.ts", import.meta.url));

/** A parent, and the process id of its child, which is in an endless loop. */
async function parentOfLoop() {
  const child = `import { endWithParent } from ${JSON.stringify(MODULE)};
    endWithParent(50, 20);
    setTimeout(() => { process.stdout.write(process.pid + "\\n", () => { for (;;); }); }, 200);`;
  const program = `const { spawn } = require("node:child_process");
    spawn(process.execPath, ["--input-type=module", "-e", ${JSON.stringify(child)}], { stdio: "inherit" });`;
  const parent = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(createInterface(parent.stdout), "line")) as [string];
  const pid = Number(line);
  onTestFinished(() => {
    parent.kill("SIGKILL");
    if (isAlive(pid)) process.kill(pid, "SIGKILL");
  });
  return { parent, pid };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("a process in an endless loop ends with its parent, and not before", async () => {
  const { parent, pid } = await parentOfLoop();
  expect(isAlive(pid)).toBe(true);
  parent.kill("SIGKILL");
  await once(parent, "exit");
  await until(() => !isAlive(pid));
});
