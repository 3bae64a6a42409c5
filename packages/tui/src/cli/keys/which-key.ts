import type { ApiKey } from "@latchkey/client";
import { statusText } from "../../format/status.ts";
import { given } from "../ask.ts";
import { chosenId } from "../choose.ts";
import { CommandError } from "../../connection/command-error.ts";
import type { Work } from "../run-command.ts";

/** So many are offered; of more the id must be given. */
const OFFERED = 20;
const NAME = "The key's id";

/**
 * The id that was given. Where none was, and a person is there, they choose from a list of their
 * newest keys, by its number or by an id.
 *
 * @throws CommandError INPUT_INVALID where nobody can be asked, NOT_FOUND where there are no such keys
 */
export async function whichKey(
  work: Work,
  id: string | undefined,
  status?: ApiKey["status"],
): Promise<string> {
  const { client, console, options, layout } = work;
  if (id !== undefined || !console.interactive || options.json === true) {
    return given(console, options, { given: id, name: NAME, prompt: "" });
  }
  const { items } = await client.keys.list.query({
    owner: "me",
    limit: OFFERED,
    ...(status === undefined ? {} : { status }),
  });
  if (items.length === 0) {
    throw new CommandError("NOT_FOUND", `You have no ${status ?? ""} keys.`.replace("  ", " "));
  }
  return chosenId<ApiKey>(work, {
    items,
    columns: [
      { head: "TITLE", cell: ({ title }) => title, least: 18 },
      { head: "TOKEN", cell: ({ redacted }) => redacted, drop: 1 },
      { head: "STATUS", cell: (key) => statusText(key, layout.now) },
    ],
    name: NAME,
    question: "Which key?",
  });
}
