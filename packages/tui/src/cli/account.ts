import type { Session } from "@latchkey/client";
import { Command } from "commander";
import { readNewPassword, readPasswordLines, readSecret } from "./ask.ts";
import { chosenId } from "./choose.ts";
import { CommandError, usage } from "../connection/command-error.ts";
import type { Console } from "./console.ts";
import { command } from "./options.ts";
import type { Layout } from "./layout.ts";
import { type CommandOutput, type CommonOptions, runner, type Work } from "./run-command.ts";
import { type Column, table } from "./table.ts";

// latchkey password · sessions: one's own account.

const SESSION_ID = "The session's id";

export function passwordCommand(console: Console, exit: (code: number) => void): Command {
  const run = runner(console, exit);
  return command(
    "password",
    "change your password; your other sessions end. Asks, or reads two lines from standard input",
  ).action(async (options: CommonOptions) => run(options, changePassword));
}

export function sessionsCommand(console: Console, exit: (code: number) => void): Command {
  const run = runner(console, exit);
  return new Command("sessions")
    .description("where you are signed in")
    .addCommand(
      command("list", "list your sessions").action(async (options: CommonOptions) =>
        run(options, async ({ client, layout }) => {
          const sessions = await client.auth.sessions.query();
          return { json: sessions, text: sessionTable(sessions.items, layout) };
        }),
      ),
    )
    .addCommand(
      command("end", "end one of your sessions")
        .argument("[id]", "the session, as sessions list shows it")
        .action(async (id: string | undefined, options: CommonOptions) =>
          run(options, (work) => endSession(work, id), { [SESSION_ID]: id }),
        ),
    );
}

async function changePassword({ client, console }: Work): Promise<CommandOutput> {
  const { current, next } = await passwords(console);
  await client.auth.setPassword.mutate({ current, next });
  return { json: {}, text: "", aside: "Your password is changed. Your other sessions ended." };
}

async function passwords(console: Console): Promise<{ current: string; next: string }> {
  if (console.stdin.isTTY === true) {
    const current = await readSecret(console, "Current password: ");
    return { current, next: await readNewPassword(console) };
  }
  const [current = "", next = "", ...more] = await readPasswordLines(console);
  if (next === "" || more.length > 0) {
    throw usage("Give two lines on standard input: the current password, then the new one.");
  }
  return { current, next };
}

async function endSession(work: Work, givenId: string | undefined): Promise<CommandOutput> {
  const id = givenId ?? (await whichSession(work));
  await work.client.auth.endSession.mutate({ id });
  return { json: {}, text: "", aside: "The session is ended." };
}

/** A person chooses from the list of their sessions. */
async function whichSession(work: Work): Promise<string> {
  const { items } = await work.client.auth.sessions.query();
  if (items.length === 0) throw new CommandError("NOT_FOUND", "You have no sessions.");
  const columns = sessionColumns(work.layout);
  return chosenId(work, { items, columns, name: SESSION_ID, question: "Which session?" });
}

function sessionTable(sessions: readonly Session[], layout: Layout): string {
  const ids: Column<Session> = { head: "ID", cell: ({ id }) => id };
  return table([ids, ...sessionColumns(layout)], sessions, layout.columns);
}

function sessionColumns(layout: Layout): readonly Column<Session>[] {
  return [
    { head: "BY", cell: ({ via }) => via },
    { head: "BEGAN", cell: ({ createdAt }) => layout.near(createdAt), drop: 1 },
    { head: "LAST SEEN", cell: ({ lastSeenAt }) => layout.near(lastSeenAt) },
    { head: "", cell: ({ current }) => (current ? "this one" : "") },
  ];
}
