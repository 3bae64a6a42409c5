import type { ApiKey } from "@latchkey/server/client";
import { statusText } from "../../format/status.ts";
import { given } from "../ask.ts";
import { CommandError } from "../command-error.ts";
import type { Work } from "../run-command.ts";
import { table } from "../table.ts";

/** So many are offered; of more the id must be given. */
const OFFERED = 20;
/** Of a terminal that shows questions while the answer goes elsewhere. */
const UNKNOWN_COLUMNS = 80;

/**
 * The id that was given. Where none was, and a person is there, they choose from a list of their
 * newest keys, by its number or by an id.
 *
 * @throws CommandError INPUT_INVALID where nobody can be asked, NOT_FOUND where there are no such keys
 */
export async function whichKey(
  { client, console, options, paper }: Work,
  id: string | undefined,
  status?: ApiKey["status"],
): Promise<string> {
  if (id !== undefined || !console.interactive || options.json === true) {
    return given(console, options, { given: id, name: "The key's id", prompt: "" });
  }
  const { items } = await client.keys.list.query({
    owner: "me",
    limit: OFFERED,
    ...(status === undefined ? {} : { status }),
  });
  if (items.length === 0) {
    throw new CommandError("NOT_FOUND", `You have no ${status ?? ""} keys.`.replace("  ", " "));
  }
  console.err(
    table<ApiKey>(
      [
        { head: "", cell: (key) => String(items.indexOf(key) + 1).padStart(2) },
        { head: "TITLE", cell: ({ title }) => title, least: 18 },
        { head: "TOKEN", cell: ({ redacted }) => redacted, drop: 1 },
        { head: "STATUS", cell: (key) => statusText(key, paper.now) },
      ],
      items,
      console.screen?.columns ?? UNKNOWN_COLUMNS,
    ),
  );
  for (;;) {
    const answer = await given(console, options, {
      given: undefined,
      name: "The key's id",
      prompt: "Which key? Its number, or an id: ",
    });
    const chosen = /^\d{1,2}$/.test(answer) ? items[Number(answer) - 1]?.id : answer;
    if (chosen !== undefined) return chosen;
    console.err(`There is no number ${answer}.`);
  }
}
