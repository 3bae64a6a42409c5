import type { User } from "@latchkey/client";
import { type Role, roles } from "@latchkey/core";
import { Command } from "commander";
import { escape } from "../format/escape.ts";
import { given, readNewPassword } from "./ask.ts";
import { usage } from "../connection/command-error.ts";
import type { Console } from "./console.ts";
import { choice, command } from "./options.ts";
import type { Layout } from "./layout.ts";
import { type CommandOutput, type CommonOptions, runner, type Work } from "./run-command.ts";
import { table } from "./table.ts";
import { userByEmail } from "./user-id.ts";

// latchkey users …: who may sign in, and as what. For admins and the operator.

export function usersCommand(console: Console, exit: (code: number) => void): Command {
  const run = runner(console, exit);
  const ofOne = (name: string, description: string): Command =>
    command(name, description).argument("[email]", "who; asked for where it is missing");
  const change = (
    name: string,
    description: string,
    change: (work: Work, user: User) => Promise<CommandOutput>,
  ): Command =>
    ofOne(name, description).action(async (email: string | undefined, options: CommonOptions) =>
      run(options, async (work) => change(work, await whichUser(work, email)), {
        "The email": email,
      }),
    );

  return new Command("users")
    .description("who may sign in, and as what")
    .addCommand(
      command("list", "list users").action(async (options: CommonOptions) =>
        run(options, async ({ client, layout }) => {
          const users = await client.users.list.query();
          return { json: users, text: userTable(users.items, layout) };
        }),
      ),
    )
    .addCommand(
      command("add", "add a user; asks for a password twice, or reads it from standard input")
        .option("--email <email>", "how they sign in")
        .option("--name <name>", "how they are called")
        .addOption(choice("--role <role>", "admin, member or service (member)", roles))
        .action(async (options: AddOptions) => run(options, add, { "--email": options.email })),
    )
    .addCommand(
      change("disable", "keep a user and all their keys out", async ({ client }, { id }) =>
        answerAbout(
          await client.users.disable.mutate({ id }),
          "is disabled; their keys no longer work.",
        ),
      ),
    )
    .addCommand(
      change("enable", "let a user in again", async ({ client }, { id }) =>
        answerAbout(await client.users.enable.mutate({ id }), "is enabled."),
      ),
    )
    .addCommand(
      ofOne("set-role", "give a user another role")
        .addOption(choice("--role <role>", "admin, member or service", roles))
        .action(async (email: string | undefined, options: CommonOptions & { role?: Role }) =>
          run(options, (work) => setRole(work, email), {
            "The email": email,
            "--role": options.role,
          }),
        ),
    )
    .addCommand(
      change(
        "set-password",
        "give a user another password; their sessions end",
        async ({ client, console }, { id }) => {
          const password = await readNewPassword(console);
          const user = await client.users.setPassword.mutate({ id, password });
          return answerAbout(user, "has a new password; their sessions ended.");
        },
      ),
    );
}

async function whichUser(
  { client, console, options }: Work,
  email: string | undefined,
): Promise<User> {
  const asked = { given: email, name: "The email", prompt: "Email: " };
  return userByEmail(client, await given(console, options, asked));
}

type AddOptions = CommonOptions & {
  readonly email?: string;
  readonly name?: string;
  readonly role?: Role;
};

async function add({ client, console, options }: Work<AddOptions>): Promise<CommandOutput> {
  const { name, role: chosen } = options;
  const email = await given(console, options, {
    given: options.email,
    name: "--email",
    prompt: "Email: ",
  });
  // A service user has none, and a person may sign in by SSH alone: an empty one means none.
  const password = chosen === "service" ? "" : await readNewPassword(console);
  const user = await client.users.add.mutate({
    email,
    ...(name === undefined ? {} : { name }),
    ...(chosen === undefined ? {} : { role: chosen }),
    ...(password === "" ? {} : { password }),
  });
  return answerAbout(user, `is ${user.role} now.`);
}

async function setRole(
  work: Work<CommonOptions & { readonly role?: Role }>,
  email: string | undefined,
): Promise<CommandOutput> {
  const { client, console, options } = work;
  const { id } = await whichUser(work, email);
  const wanted = await given(console, options, {
    given: options.role,
    name: "--role",
    prompt: `Role (${roles.join(", ")}): `,
  });
  const role = roles.find((known) => known === wanted);
  if (role === undefined) throw usage(`--role: use ${roles.join(", ")}.`);
  const user = await client.users.setRole.mutate({ id, role });
  return answerAbout(user, `is ${user.role} now.`);
}

function answerAbout(user: User, what: string): CommandOutput {
  return { json: user, text: "", aside: `${escape(user.email)} ${what}` };
}

function userTable(users: readonly User[], layout: Layout): string {
  return table(
    [
      { head: "EMAIL", cell: ({ email }) => email, least: 18 },
      { head: "NAME", cell: ({ name }) => name, least: 8, drop: 2 },
      { head: "ROLE", cell: ({ role }) => role },
      { head: "STATE", cell: ({ disabled }) => (disabled ? "disabled" : "enabled") },
      { head: "ID", cell: ({ id }) => id, drop: 1 },
    ],
    users,
    layout.columns,
  );
}
