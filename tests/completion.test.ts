import { spawnSync } from "node:child_process";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LATCHKEY } from "@latchkey/testing/command/command";
import { temporaryFolder } from "@latchkey/testing/temporary-folder";
import { openTerminal } from "@latchkey/testing/terminal/pseudo-terminal";

// Tab in the shells themselves. All that they offer is in packages/tui/test/completion.test.ts.

const TAB = "\t";
const CTRL_U = "\u0015";

/** Each as it starts where nothing is set up, and how it takes the script. */
const SHELLS = [
  ["bash", ["--norc", "--noprofile", "-i"], 'eval "$(latchkey completion bash)"'],
  ["zsh", ["-f", "-i"], 'autoload -U compinit; compinit -D; eval "$(latchkey completion zsh)"'],
  ["fish", ["--no-config", "-i"], "latchkey completion fish | source"],
] as const;

for (const [shell, args, load] of SHELLS) {
  test.skipIf(spawnSync(shell, ["-c", ":"]).status !== 0)(
    `Tab completes commands, flags and their words in ${shell} on a terminal`,
    async () => {
      const home = await temporaryFolder();
      await symlink(LATCHKEY, join(home, "latchkey"));
      await symlink(process.execPath, join(home, "node"));
      const shown = openTerminal(shell, args, {
        env: {
          HOME: home,
          PATH: `${home}:${process.env["PATH"]}`,
          HISTFILE: join(home, "history"),
        },
        columns: 120,
      });
      await shown.shows(/\S/);
      shown.type(`${load}; echo load""ed\r`);
      // Then it waits for the next line.
      await shown.shows(/^loaded\n.*\S/m);
      shown.type(`latchkey keys cre${TAB}`);
      await shown.shows("latchkey keys create");
      shown.type(`--exp${TAB}`);
      await shown.shows("latchkey keys create --expires-in");
      shown.type(`${CTRL_U}latchkey keys list --status act${TAB}`);
      await shown.shows("latchkey keys list --status active");
      shown.type(`${CTRL_U}exit\r`);
      expect(await shown.ended()).toBe(0);
    },
  );
}
