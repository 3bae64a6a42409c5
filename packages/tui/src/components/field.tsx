import { Box } from "ink";
import { fieldWindow, type TextField } from "../kit/text-field.ts";
import { Toned } from "./tone.tsx";

type Props = {
  readonly field: TextField;
  readonly focused: boolean;
  readonly cells: number;
  readonly placeholder?: string;
};

/** One line of text; the bar is where the next letter goes. */
export function Field({ field, focused, cells, placeholder = "" }: Props) {
  if (field.text === "") {
    return (
      <Box height={1} flexShrink={0}>
        {focused && <Toned tone="accent">▏</Toned>}
        <Toned tone="muted">{placeholder}</Toned>
      </Box>
    );
  }
  const shown = focused ? field : { ...field, cursor: 0 };
  const { before, after } = fieldWindow(shown, cells);
  return (
    <Box height={1} flexShrink={0}>
      <Toned>{before}</Toned>
      {focused && <Toned tone="accent">▏</Toned>}
      <Toned>{after}</Toned>
    </Box>
  );
}
