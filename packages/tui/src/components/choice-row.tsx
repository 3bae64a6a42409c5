import { Box } from "ink";
import { use } from "react";
import { Cursor } from "./cursor.tsx";
import { fit, width } from "../format/width.ts";
import { MarksContext, Toned } from "./tone.tsx";

type Props = {
  readonly label: string;
  /** So that the choices stand under those of other rows. */
  readonly labelCells?: number;
  readonly choices: readonly string[];
  readonly chosen: number;
  readonly focused: boolean;
};

/** One of several, all in sight. The row with the focus has the bar; the chosen one its own mark. */
export function ChoiceRow({ label, labelCells = width(label) + 2, ...row }: Props) {
  const { choices, chosen, focused } = row;
  const marks = use(MarksContext);
  return (
    <Box flexShrink={0}>
      <Box width={labelCells + 2} flexShrink={0} marginLeft={-2}>
        <Cursor here={focused} />
        <Toned tone={focused ? undefined : "muted"}>{fit(label, labelCells)}</Toned>
      </Box>
      <Box flexWrap="wrap" columnGap={2} flexShrink={1}>
        {choices.map((choice, index) => (
          <Box key={choice} flexShrink={0}>
            <Toned
              tone={index === chosen && focused ? "accent" : index === chosen ? undefined : "muted"}
            >
              {`${index === chosen ? marks.chosen : marks.other} ${choice}`}
            </Toned>
          </Box>
        ))}
      </Box>
    </Box>
  );
}
