import { Box } from "ink";
import { Toned } from "./tone.tsx";

type Props = {
  readonly label: string;
  readonly choices: readonly string[];
  readonly chosen: number;
  readonly focused: boolean;
};

/** One of several, all in sight. The row with the focus has the bar; the chosen one its own mark. */
export function ChoiceRow({ label, choices, chosen, focused }: Props) {
  return (
    <Box flexShrink={0}>
      <Box width={label.length + 4} flexShrink={0} marginLeft={-2}>
        <Toned tone={focused ? "accent" : undefined}>{focused ? "▌ " : "  "}</Toned>
        <Toned tone={focused ? undefined : "muted"}>{label}</Toned>
      </Box>
      <Box flexWrap="wrap" columnGap={2} flexShrink={1}>
        {choices.map((choice, index) => (
          <Box key={choice} flexShrink={0}>
            <Toned
              tone={index === chosen && focused ? "accent" : index === chosen ? undefined : "muted"}
            >
              {`${index === chosen ? "◉" : "○"} ${choice}`}
            </Toned>
          </Box>
        ))}
      </Box>
    </Box>
  );
}
