import type { LatchkeyClient, User } from "@latchkey/server/client";
import { Command } from "commander";
import { escape } from "../format/escape.ts";
import { readNewPassword } from "./ask.ts";
import type { Console } from "./console.ts";
import { command, oneOf } from "./options.ts";
import { type Answer, type CommonOptions, runCommand } from "./run-command.ts";
import { table } from "./table.ts";
import { userByEmail } from "./user-id.ts";

// latchkey users …: who may sign in, and as what. For admins and the operator.

const role = oneOf("admin", "member", "service");
type Role = ReturnType<typeof role>;

export function usersCommand(console: Console, exit: (code: number) => void): Command {
  const run = async (
    options: CommonOptions,
    work: (client: LatchkeyClient) => Promise<Answer>,
  ): Promise<void> => exit(await runCommand(console, options, work));
  const change = (
    name: string,
    description: string,
    work: (client: LatchkeyClient, user: User) => Promise<Answer>,
  ) =>
    command(name, description)
      .argument("<email>")
      .action(async (email: string, options: CommonOptions) =>
        run(options, async (client) => work(client, await userByEmail(client, email))),
      );

  return new Command("users")
    .description("who may sign in, and as what")
    .addCommand(
      command("list", "list users").action(async (options: CommonOptions) =>
        run(options, async (client) => {
          const users = await client.users.list.query();
          return { json: users, text: userTable(users.items) };
        }),
      ),
    )
    .addCommand(
      command("add", "add a user; asks for a password twice, or reads it from standard input")
        .requiredOption("--email <email>", "how they sign in")
        .option("--name <name>", "how they are called")
        .option("--role <role>", "admin, member or service (member)", role)
        .action(async (options: CommonOptions & { email: string; name?: string; role?: Role }) =>
          run(options, (client) => add(console, client, options)),
        ),
    )
    .addCommand(
      change("disable", "keep a user and all their keys out", async (client, { id }) =>
        told(await client.users.disable.mutate({ id }), "is disabled; their keys no longer work."),
      ),
    )
    .addCommand(
      change("enable", "let a user in again", async (client, { id }) =>
        told(await client.users.enable.mutate({ id }), "is enabled."),
      ),
    )
    .addCommand(
      command("set-role", "give a user another role")
        .argument("<email>")
        .requiredOption("--role <role>", "admin, member or service", role)
        .action(async (email: string, options: CommonOptions & { role: Role }) =>
          run(options, async (client) => {
            const { id } = await userByEmail(client, email);
            const user = await client.users.setRole.mutate({ id, role: options.role });
            return told(user, `is ${user.role} now.`);
          }),
        ),
    )
    .addCommand(
      change(
        "set-password",
        "give a user another password; their sessions end",
        async (client, { id }) => {
          const password = await readNewPassword(console);
          const user = await client.users.setPassword.mutate({ id, password });
          return told(user, "has a new password; their sessions ended.");
        },
      ),
    );
}

async function add(
  console: Console,
  client: LatchkeyClient,
  options: { readonly email: string; readonly name?: string; readonly role?: Role },
): Promise<Answer> {
  const { email, name, role: chosen } = options;
  // A service user has none, and a person may come by other roads: an empty one means none.
  const password = chosen === "service" ? "" : await readNewPassword(console);
  const user = await client.users.add.mutate({
    email,
    ...(name === undefined ? {} : { name }),
    ...(chosen === undefined ? {} : { role: chosen }),
    ...(password === "" ? {} : { password }),
  });
  return told(user, `is ${user.role} now.`);
}

function told(user: User, what: string): Answer {
  return { json: user, text: "", aside: `${escape(user.email)} ${what}` };
}

function userTable(users: readonly User[]): string {
  return table(
    ["EMAIL", "NAME", "ROLE", "STATE", "ID"],
    users.map(({ email, name, role: has, disabled, id }) => [
      email,
      name,
      has,
      disabled ? "disabled" : "enabled",
      id,
    ]),
  );
}
