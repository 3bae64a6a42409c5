import { expect, test } from "vitest";
import { LATCHKEY } from "@latchkey/testing/command/command";
import { type Installation, installation } from "./support/installation.ts";
import { openTerminal, type Terminal } from "@latchkey/testing/terminal/pseudo-terminal";

// Ctrl-Z and `fg`, with a real shell behind the terminal.

const CTRL_Z = "\u001A";
const PROMPT = "shell>";
/** At the end of what the shell wrote: it waits for a line. */
const PROMPTED = /shell>$/m;

/** A shell with job control; of whoever tests it reads no settings. */
function shellAt({ env }: Installation): Terminal {
  return openTerminal("bash", ["--norc", "--noprofile", "-i"], {
    env: { ...env, PS1: PROMPT, HISTFILE: "/dev/null" },
  });
}

/** Gives the terminal that is open in it, at its list. */
async function openIn(shell: Terminal): Promise<void> {
  await shell.shows(PROMPTED);
  shell.type(`'${process.execPath}' '${LATCHKEY}'\r`);
  await shell.shows("› Secret API keys");
  await shell.shows("CI deploy");
  expect(shell.isOnOtherScreen()).toBe(true);
}

/** Presses Ctrl-Z, uses the shell, and comes back. */
async function leaveAndReturn(shell: Terminal): Promise<void> {
  shell.type(CTRL_Z);
  await shell.shows(/Stopped[^]*shell>$/m);
  expect(shell.isOnOtherScreen()).toBe(false);
  expect(shell.screen()).not.toContain("› Secret API keys");
  expect(shell.isCursorShown()).toBe(true);
  // The shell's answer, which is not what was typed.
  shell.type("stty -a; echo $((40+2))\r");
  await shell.shows(/^42$/m);
  expect(shell.screen()).toMatch(/(?<!-)isig (?<!-)icanon .*(?<!-)\becho /);
  // No answer of this round may be taken for one of the next.
  shell.type("clear; fg\r");
  await shell.shows("› Secret API keys");
  await shell.shows("CI deploy");
  expect(shell.isOnOtherScreen()).toBe(true);
  expect(shell.isCursorShown()).toBe(false);
}

/** Its keys are heard, and it ends as always. */
async function useAndQuit(shell: Terminal): Promise<void> {
  shell.type("\r");
  await shell.shows("› Secret API keys › CI deploy");
  shell.type("q");
  await shell.hides("› CI deploy");
  shell.type("q");
  await shell.shows(PROMPTED);
  shell.type('echo "ended with $?"\r');
  await shell.shows("ended with 0");
  expect(shell.isOnOtherScreen()).toBe(false);
  shell.type("exit\r");
  expect(await shell.ended()).toBe(0);
}

test("Ctrl-Z leads to the shell and fg back, at the terminal that holds the data and at one that joined", async () => {
  const here = await installation();
  await here.create("CI deploy");
  const holder = shellAt(here);
  await openIn(holder);
  const joined = shellAt(here);
  await openIn(joined);
  await leaveAndReturn(joined);
  await useAndQuit(joined);

  await leaveAndReturn(holder);
  await leaveAndReturn(holder);
  // Back again, it answers others.
  const { key } = await here.create("made after fg");
  await holder.shows(key.title);
  await useAndQuit(holder);
});
