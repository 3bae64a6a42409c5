import type { ApiKey } from "@latchkey/client";
import { statusText } from "../../format/status.ts";
import { given } from "../ask.ts";
import { chosenId } from "../choose.ts";
import { CommandError } from "../../connection/command-error.ts";
import type { Work } from "../run-command.ts";

/** This many are offered; beyond them the id must be given. */
const OFFERED = 20;
const NAME = "The key's id";

/**
 * The given id. Without one, a person on a terminal chooses from a list of their newest keys, by number or id.
 *
 * @throws CommandError INPUT_INVALID if there is no terminal, NOT_FOUND if there are no such keys
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
