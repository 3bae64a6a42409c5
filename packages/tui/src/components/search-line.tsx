import { Box } from "ink";
import { Cursor } from "./cursor.tsx";
import { Field } from "./field.tsx";
import { useLayout } from "./page.tsx";
import type { TextField } from "../kit/text-field.ts";
import { Toned } from "./tone.tsx";

type Props = {
  readonly search: TextField;
  readonly searching: boolean;
  readonly placeholder: string;
};

/** Where a list is searched; the slash says how to get there. */
export function SearchLine({ search, searching, placeholder }: Props) {
  const { columns } = useLayout();
  const idle = !searching && search.text === "";
  return (
    <Box height={1} flexShrink={0} paddingLeft={1} paddingRight={1}>
      <Cursor here={searching} />
      <Toned tone={searching ? "accent" : "muted"}>/ </Toned>
      {idle ? (
        <Toned tone="muted">{placeholder}</Toned>
      ) : (
        <Field field={search} focused={searching} cells={columns - 6} placeholder={placeholder} />
      )}
    </Box>
  );
}
