import { given } from "./ask.ts";
import type { Work } from "./run-command.ts";
import { type Column, table } from "./table.ts";

/** The width of a terminal that shows questions while the answer goes elsewhere. */
const UNKNOWN_COLUMNS = 80;

type Choice<Row> = {
  readonly items: readonly Row[];
  readonly columns: readonly Column<Row>[];
  /** Of what is missing, e.g. `The key's id`. */
  readonly name: string;
  /** E.g. `Which key?` */
  readonly question: string;
};

/** Lists the choices with numbers, asks a person for a number or an id, and returns the id. */
export async function chosenId<Row extends { readonly id: string }>(
  { console, options }: Pick<Work, "console" | "options">,
  { items, columns, name, question }: Choice<Row>,
): Promise<string> {
  const numbers = { head: "", cell: (row: Row) => String(items.indexOf(row) + 1).padStart(2) };
  const width = console.screen?.columns ?? UNKNOWN_COLUMNS;
  console.err(table<Row>([numbers, ...columns], items, width));
  for (;;) {
    const prompt = `${question} Its number, or an id: `;
    const answer = await given(console, options, { given: undefined, name, prompt });
    const chosen = /^\d{1,2}$/.test(answer) ? items[Number(answer) - 1]?.id : answer;
    if (chosen !== undefined) return chosen;
    console.err(`There is no number ${answer}.`);
  }
}
